// The story of one request: read it, plan, try candidates in order, relay the answer, settle.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/gateway/continuation.hpp"
#include "headgate/gateway/decision.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/gateway/reply_writer.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/gateway/text_pool.hpp"
#include "headgate/net/exchange.hpp"
#include "headgate/net/pool.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::gateway {

// What a client of another dialect said itself; requests are decided by what that means. Borrowed.
struct OwnWords {
  dialects::Dialect dialect;
  std::string_view body;
  std::optional<wire::ByteRange> model_value;  // in the body
  std::vector<chat::Extra> unsaid;             // what has no word elsewhere
  ReplyWriter& reply;                          // takes answers in the client's dialect
  bool may_go_on = true;                       // as they are, to a provider that speaks them

  // Responses are named and stored here, whoever made them.
  bool suit(dialects::Dialect provider) const {
    return may_go_on && provider == dialect && dialect != dialects::Dialect::responses;
  }
};

// What a URL says of the request, where the dialect puts it there.
struct SaidInPath {
  std::string_view model;
  std::optional<bool> stream;
};

// What a session hands over. Everything outlives the call.
struct Call {
  wire::Surface surface;
  std::string_view body;                     // followed by wire::json_padding readable bytes
  std::string_view traceparent, tracestate;  // to be sent on; may be empty
  Wishes wishes;
  bool dry_run = false;
  const Snapshot& snapshot;
  ReplyWriter& reply;
  net::Interrupt& interrupt;
  RequestRecord& record;
  std::string_view without_provider = {};                           // not to be asked: a drill
  dialects::Dialect dialect = dialects::Dialect::chat_completions;  // the client's
  SaidInPath path = {};
  const OwnWords* own = nullptr;  // `body` is what they mean, and `reply` speaks for them
  std::string_view content_type = {};
};

class Passing;
class Race;
class Relay;

// One a worker; worker-confined.
class Gateway {
 public:
  Gateway(net::Loop& loop, net::Resolver& resolver, metrics::Registry& registry, std::uint64_t seed);

  // Answers the client on every path, and leaves the whole story in call.record.
  net::Task<void> answer(Call& call);

 private:
  friend class Passing;
  friend class Relay;
  friend class FanOut;
  // Error: the client has had no answer, and is to be told why.
  net::Task<core::Result<void>> tell(Call& call);
  // A request on its way: the plan for it, and how far it has come with its candidates.
  struct Story {
    const wire::openai::Request& request;
    const routing::Plan& plan;
    core::TimePoint no_new_attempt_after = core::no_deadline;
    core::TimePoint answer_by = core::no_deadline;
    core::Result<void> result{};            // of the last attempt
    const Target* failed = nullptr;         // whose attempt that was
    std::optional<core::Error> kept_out{};  // why a candidate was not asked: who pays, or what it cannot do
    core::Tokens too_small = 0;             // a context window of this size was not enough
    Race* race = nullptr;                   // with another candidate, in this lane
    std::size_t lane = 0;
    std::optional<Continuation> continuation{};  // of a stream, where that is asked for

    bool is_broken_off() const { return continuation && continuation->is_broken_off(); }
    // What a lane of it has come to.
    void take(Story&& lane_story);
  };
  struct Adapted {
    std::string body;  // empty: the client's will do
    wire::openai::Request request;
    std::vector<std::string> changed;
    std::optional<std::string> translated;  // for a provider of another dialect
  };
  // One attempt at one candidate, with all that was granted for it.
  struct Try {
    const routing::Candidate& candidate;
    const Adapted* adapted;  // null: the request goes as it came
    bool verbatim;           // in the client's own words, which are the provider's, too
    health::Admission& admission;
    budget::Reservation& reservation;
    core::TimePoint started;
    bool settled = false;
  };
  // The request in the words of one model, and how long it may take there.
  struct Sending {
    const wire::openai::Request* request;
    std::string_view body;
    const std::string* translated;      // what the provider is sent in place of the body; null: the body
    core::TimePoint by;                 // the whole answer
    core::milliseconds first_token_in;  // its first content
    Try& attempt;
    Race* race = nullptr;
    std::size_t lane = 0;
    Continuation* continuation = nullptr;

    bool continues() const { return continuation != nullptr && continuation->is_broken_off(); }
    // Whether the client may be answered; asked before its first byte.
    bool claim() const;
  };
  enum class Next { another, passed_over, end };

  net::Task<core::Result<void>> try_candidates(Call& call, Story& story);
  net::Task<Next> try_candidate(Call& call, const routing::Candidate& candidate, double draw, Story& story);
  // Of two, the second when the first keeps the client waiting.
  struct Lane;
  net::Task<Next> try_hedged(Call& call, const routing::Candidate& first, const routing::Candidate& second,
                             Story& story);
  net::Task<void> run(Lane& lane, const routing::Candidate& candidate);
  // The next four are about a stream that broke off.
  static bool may_go_on(Call& call, const routing::Candidate& candidate, const Story& story);
  core::Result<std::unique_ptr<Adapted>> go_on(const Call& call, const Target& target, Story& story);
  static std::optional<core::Money> worst_cost(const routing::Candidate& candidate, const Target& target,
                                               const Story& story);
  static net::Task<void> end_stream(Call& call, const Continuation& continuation, const core::Error& last);
  static Next after_failure(const Call& call, const routing::Candidate& candidate, Story& story);
  static bool has_room(Call& call, const routing::Candidate& candidate, const Story& story);
  static void exclude(RequestRecord& record, const Target& target, const health::Refusal& refusal, core::TimePoint now);
  static core::Result<budget::Reservation> reserve(const Call& call, const routing::Candidate& candidate,
                                                   const Story& story, core::TimePoint now);
  static Next keep_out(Call& call, const Target& target, const core::Error& error, Story& story);
  static Next keep_out_without_token(Call& call, const Target& target, Story& story);
  static core::Error give_up(const Call& call, const Story& story);
  net::Task<core::Result<void>> try_target(Call& call, Story& story, Try& attempt);
  static Sending sending_of(const Call& call, Story& story, Try& attempt, const Target& target);
  core::Result<std::unique_ptr<Adapted>> adapt(const Call& call, const Target& target, Story& story);
  core::Result<std::unique_ptr<Adapted>> limit(const Call& call, const Target& target);
  core::Result<std::unique_ptr<Adapted>> reread(wire::Surface surface, wire::openai::Adapted made);
  core::Result<std::unique_ptr<Adapted>> translate(const Call& call, const Target& target,
                                                   std::unique_ptr<Adapted> adapted);
  double draw();  // uniform in [0, 1)
  net::Task<core::Result<void>> send(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                     core::TimePoint started, bool fresh);
  net::Lease connected(Call& call, const Sending& sending, Target& target, bool fresh);
  net::Task<core::Result<net::Lease>> connect(Call& call, Target& target, core::TimePoint deadline, bool fresh);
  net::Task<core::Error> read_failure(net::Exchange& exchange, const Target& target, AttemptRecord& record);
  net::Task<core::Error> read_unstreamed(const Call& call, net::Exchange& exchange, const Target& target,
                                         AttemptRecord& record);
  // What a whole answer says, in the words of policy; nothing where it came in these and goes on as it is. What it
  // says besides is noted in `record`.
  core::Result<std::optional<std::string>> understand(const Call& call, const Target& target, std::string_view body,
                                                      AttemptRecord& record);
  net::Task<core::Result<void>> pass_whole(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                           net::Exchange& exchange, core::TimePoint heard);
  net::Task<core::Result<void>> relay_stream(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                             net::Exchange& exchange);
  // An answer that goes through as it is.
  net::Task<core::Result<void>> pass_through(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                             net::Exchange& exchange, core::TimePoint heard);
  net::Pool& pool_of(const Account& account);
  // Once; before the client has the whole answer, so that what it was told is on record.
  void settle(const Call& call, Target& target, AttemptRecord& record, Try& attempt, const core::Result<void>& answered,
              core::TimePoint ended);
  void count(Target& target, const AttemptRecord& record, const core::Error* error);
  void count(Target& target, budget::Signal signal);
  void count_failover(const Target& from, const Target& to, const core::Error& reason);

  net::Loop& loop_;
  net::NameCache names_;
  metrics::Registry& registry_;
  wire::JsonReader json_;
  wire::JsonReader judged_;       // answers in JSON, while json_ reads on
  wire::JsonReader interpreted_;  // answers on their way to a client of another dialect, likewise
  TextPool texts_;
  std::map<std::string, std::unique_ptr<net::Pool>, std::less<>> pools_;
  std::uint64_t random_;
};

}  // namespace headgate::gateway
