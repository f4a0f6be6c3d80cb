// The story of one request: read it, plan, try candidates in order, relay the answer, settle.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "headgate/gateway/record.hpp"
#include "headgate/gateway/reply_writer.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/gateway/text_pool.hpp"
#include "headgate/net/exchange.hpp"
#include "headgate/net/pool.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::gateway {

// What a session hands over. Everything outlives the call.
struct Call {
  wire::Surface surface;
  std::string_view body;                     // followed by wire::json_padding readable bytes
  std::string_view traceparent, tracestate;  // to be sent on; may be empty
  bool dry_run = false;
  const Snapshot& snapshot;
  ReplyWriter& reply;
  net::Interrupt& interrupt;
  RequestRecord& record;
};

// One a worker; worker-confined.
class Gateway {
 public:
  Gateway(net::Loop& loop, net::Resolver& resolver, metrics::Registry& registry, std::uint64_t seed);

  // Answers the client on every path, and leaves the whole story in call.record.
  net::Task<void> answer(Call& call);

 private:
  net::Task<core::Result<void>> try_candidates(Call& call, const wire::openai::Request& request,
                                               const routing::Plan& plan);
  // How far a request has come with its candidates.
  struct Story {
    core::TimePoint no_new_attempt_after;
    core::Result<void> result{};     // of the last attempt
    const Target* failed = nullptr;  // whose attempt that was
  };
  enum class Next { another, passed_over, end };
  net::Task<Next> try_candidate(Call& call, const wire::openai::Request& request, routing::ModelIndex model,
                                double draw, Story& story);
  static void exclude(RequestRecord& record, const Target& target, const health::Refusal& refusal, core::TimePoint now);
  static core::Error give_up(const Call& call, const routing::Plan& plan, const Story& story);
  net::Task<core::Result<void>> try_target(Call& call, const wire::openai::Request& request, Target& target,
                                           health::Admission& admission, core::TimePoint started);
  double draw();  // uniform in [0, 1)
  net::Task<core::Result<void>> attempt(Call& call, const wire::openai::Request& request, Target& target,
                                        AttemptRecord& record, core::TimePoint started, bool fresh);
  net::Lease connected(Call& call, const wire::openai::Request& request, Target& target, bool fresh);
  net::Task<core::Result<net::Lease>> connect(Call& call, Target& target, core::TimePoint deadline, bool fresh);
  net::Task<core::Error> read_failure(net::Exchange& exchange);
  net::Task<core::Error> read_unstreamed(net::Exchange& exchange);
  net::Task<core::Result<void>> pass_whole(Call& call, const wire::openai::Request& request, Target& target,
                                           AttemptRecord& record, net::Exchange& exchange, core::TimePoint heard);
  net::Task<core::Result<void>> relay_stream(Call& call, const wire::openai::Request& request, Target& target,
                                             AttemptRecord& record, net::Exchange& exchange);
  net::Pool& pool_of(const Account& account);
  void settle(Target& target, AttemptRecord& record, const core::Error* error);
  void count_failover(const Target& from, const Target& to, const core::Error& reason);

  net::Loop& loop_;
  net::NameCache names_;
  metrics::Registry& registry_;
  wire::JsonReader json_;
  TextPool texts_;
  std::map<std::string, std::unique_ptr<net::Pool>, std::less<>> pools_;
  std::uint64_t random_;
};

}  // namespace headgate::gateway
