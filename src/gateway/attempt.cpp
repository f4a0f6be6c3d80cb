// One attempt at one target: connect, send, and hear what kind of answer comes.
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/codec.hpp"
#include "headgate/gateway/gateway.hpp"
#include "headgate/gateway/prompt_caches.hpp"
#include "headgate/providers/simulated.hpp"
#include "headgate/wire/openai_passthrough.hpp"
#include "headgate/wire/retry_after.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;
using net::Task;

namespace {

// What a provider says about a failure is worth this much, and no more.
constexpr std::size_t max_error_body = 64 * 1024;
constexpr core::milliseconds error_body_patience{2'000};

std::unique_ptr<net::Connection> simulated_connection(net::Loop& loop, const Call& call,
                                                      const wire::openai::Request& request, std::string_view body,
                                                      Target& target) {
  auto& account = *target.account;
  const auto now = core::Clock::now();
  const auto created =
      std::chrono::duration_cast<std::chrono::seconds>(call.record.received.time_since_epoch()).count();
  auto steps =
      providers::simulate(account.settings.simulation,
                          {request, body, target.upstream, account.sequence.fetch_add(1, std::memory_order_relaxed),
                           now - account.since, created});
  std::vector<net::ScriptStep> script;
  for (auto& step : steps) script.push_back({step.after, std::move(step.bytes)});
  return std::make_unique<net::Connection>(std::make_unique<net::ScriptedStream>(loop, std::move(script)));
}

// Of all a provider says in its head, only these go on to the client.
std::string rate_limit_fields(const wire::Fields& fields) {
  using wire::Field;
  std::string lines;
  for (const auto field :
       {Field::x_ratelimit_limit_requests, Field::x_ratelimit_limit_tokens, Field::x_ratelimit_remaining_requests,
        Field::x_ratelimit_remaining_tokens, Field::x_ratelimit_reset_requests, Field::x_ratelimit_reset_tokens})
    if (const auto value = fields[field]; !value.empty() && value.size() <= 64)
      lines.append(wire::name_of(field)).append(": ").append(value).append("\r\n");
  return lines;
}

bool is_stream(std::string_view content_type, dialects::Dialect dialect) {
  const auto wanted = dialects::stream_type(dialect);
  return wire::equal_ignoring_case(content_type.substr(0, wanted.size()), wanted);
}

// A request as it leaves: `pieces` refer to the head here and to the client's body.
struct Outbound {
  TextPool::Borrowed head;
  net::Outgoing pieces;

  Outbound(TextPool& texts, const Call& call, const providers::Adapter& adapter, providers::Post post,
           const wire::Spliced& body)
      : head(texts) {
    std::array<std::string_view, wire::Spliced::max_pieces> parts;
    post.body = std::span(parts).first(body.pieces(parts));
    post.traceparent = call.traceparent;
    post.tracestate = call.tracestate;
    head->reserve(512);
    adapter.append_head(*head, post);
    pieces.add(*head);
    for (const auto part : post.body) pieces.add(part);
  }
  Outbound(const Outbound&) = delete;
  Outbound& operator=(const Outbound&) = delete;
};

// The body as the provider shall see it.
wire::Spliced body_for(const Call& call, const wire::openai::Request& request, std::string_view said,
                       const std::string* translated, bool verbatim, const Target& target, std::string_view first) {
  if (translated != nullptr) return wire::Spliced(*translated);
  if (wire::is_passthrough(call.surface))
    return wire::openai::passed_body(request, said, target.upstream, target.model_json);
  if (!verbatim) {
    auto body = wire::openai::forwarded_body(request, said, target.model_json,
                                             target.account->adapter.stream_options(request.stream));
    if (!first.empty()) body.add({{request.members_at, 0}, first});
    return body;
  }
  wire::Spliced body(call.own->body);
  if (call.own->model_value)
    target.account->adapter.name_model(body, call.own->body, *call.own->model_value, target.model_json);
  return body;
}

// Waiting for the provider is not the gateway's overhead. Counts once, at the latest when it ends.
class UpstreamTime {
 public:
  UpstreamTime(RequestRecord& record, core::TimePoint since) : record_(&record), since_(since) {}
  ~UpstreamTime() {
    if (record_ != nullptr) until(core::Clock::now());
  }
  UpstreamTime(const UpstreamTime&) = delete;
  UpstreamTime& operator=(const UpstreamTime&) = delete;

  void until(core::TimePoint now) { std::exchange(record_, nullptr)->upstream += now - since_; }

 private:
  RequestRecord* record_;
  core::TimePoint since_;
};

}  // namespace

net::Pool& Gateway::pool_of(const Account& account) {
  auto found = pools_.find(account.pool_key);
  if (found == pools_.end())
    found = pools_
                .emplace(account.pool_key,
                         std::make_unique<net::Pool>(loop_, names_, account.endpoint, account.connections_per_worker))
                .first;
  return *found->second;
}

Task<Result<net::Lease>> Gateway::connect(Call& call, Target& target, core::TimePoint deadline, bool fresh) {
  const auto& account = *target.account;
  const auto connect_by = std::min(deadline, loop_.deadlines().in(account.settings.timeouts.connect));
  co_return co_await pool_of(account).acquire(connect_by, call.interrupt, fresh);
}

// A connection that need not be waited for: a simulated one, or one that lies idle.
net::Lease Gateway::connected(Call& call, const Sending& sending, Target& target, bool fresh) {
  const auto& account = *target.account;
  if (account.simulated) return {nullptr, simulated_connection(loop_, call, *sending.request, sending.body, target)};
  if (fresh) return {};
  return pool_of(account).take();
}

// An answer that is not a 200: what its body says, and for how long the provider wants to be left alone.
Task<Error> Gateway::read_failure(net::Exchange& exchange, const Target& target, AttemptRecord& record) {
  using wire::Field;
  const auto& head = exchange.head();
  const int status = head.status;
  const auto wait = wire::read_retry_after(head.fields[Field::retry_after], head.fields[Field::retry_after_ms],
                                           std::chrono::system_clock::now());
  if (status >= 200 && status < 400) co_return core::unusable_answer("status " + std::to_string(status));
  const auto deadline = exchange.deadline_in(error_body_patience);
  while (exchange.body().size() < max_error_body) {
    const auto more = co_await exchange.read_more_body(deadline);
    if (!more && more.error().retry() == Retry::never) co_return more.error();
    if (!more || !*more) break;
  }
  const auto body = exchange.body().substr(0, max_error_body);
  record.usage = wire::openai::read_usage(json_, body);
  auto error = dialects::codec_of(target.account->adapter.dialect()).read_error(json_, status, body);
  if (status == 429 && error.code() == Code::rate_limit_exceeded) {
    error.with_retry_after(wait.value_or(1));
  } else if (wait && status >= 500) {
    error.with_retry_after(*wait);
  }
  co_return error;
}

// A stream was asked for and something else came, under a 200: mostly an error object.
Task<Error> Gateway::read_unstreamed(const Call& call, net::Exchange& exchange, const Target& target,
                                     AttemptRecord& record) {
  const auto body = co_await exchange.read_whole_body();
  if (!body) co_return body.error();
  record.usage = wire::openai::read_usage(json_, *body);
  const auto understood = understand(call, target, *body, record);
  if (!understood) co_return understood.error();
  const std::string_view said = *understood ? std::string_view(**understood) : *body;
  if (auto reply = wire::openai::check_reply(json_, wire::Surface::chat_completions, said); !reply)
    co_return reply.error();
  co_return core::unusable_answer("a whole answer where a stream was asked for");
}

Task<Result<void>> Gateway::send(Call& call, const Sending& sending, Target& target, AttemptRecord& record,
                                 core::TimePoint started, bool fresh) {
  const auto& settings = target.account->settings;
  const auto& request = *sending.request;
  const auto deadline = std::min(core::after(started, settings.timeouts.total), sending.by);
  const net::ExchangeLimits limits{settings.max_response, sending.first_token_in, settings.timeouts.between_bytes,
                                   deadline};

  UpstreamTime waiting(call.record, started);
  auto lease = connected(call, sending, target, fresh);
  if (!lease) {
    auto connection = co_await connect(call, target, deadline, fresh);
    if (!connection) co_return connection.error();
    lease = std::move(*connection);
  }
  net::Exchange exchange(loop_, *lease, limits, call.interrupt);
  {
    const bool verbatim = sending.attempt.verbatim;
    const auto surface = target.account->adapter.answering(call.surface).value_or(call.surface);
    providers::Post post{surface, target.upstream, request.stream, sending.continues()};
    if (wire::is_passthrough(call.surface))
      post.content_type = request.is_form ? call.content_type : "application/json";
    if (verbatim) post.own_head = call.wishes.head;
    post.now =
        call.record.received + std::chrono::duration_cast<core::WallTime::duration>(started - call.record.started);
    const auto token = target.account->token ? target.account->token->current(started) : nullptr;
    if (token) post.access_token = token->reveal();
    const auto key = cache_key_member(request, target, call.record);
    Outbound outbound(texts_, call, target.account->adapter, post,
                      body_for(call, request, sending.body, sending.translated, verbatim, target, key));
    const auto sent = co_await exchange.send(outbound.pieces);
    if (!sent) co_return sent.error();
    record.sent = true;
  }
  const auto answered = co_await exchange.read_head();
  const auto heard = core::Clock::now();
  waiting.until(heard);
  if (!answered) co_return answered.error();
  const auto& head = exchange.head();
  record.status = head.status;
  record.first_byte = heard - started;
  record.passed_fields = rate_limit_fields(head.fields);
  if (head.status != 200) co_return co_await read_failure(exchange, target, record);

  const auto coding = head.fields[wire::Field::content_encoding];
  if (!coding.empty() && !wire::equal_ignoring_case(coding, "identity"))
    co_return core::unusable_answer("a content coding nobody asked for");
  if (wire::is_passthrough(call.surface)) {
    auto passed = co_await pass_through(call, sending, target, record, exchange, heard);
    if (exchange.reusable()) lease.give_back();
    co_return passed;
  }
  const auto content_type = head.fields[wire::Field::content_type];
  if (request.stream && !is_stream(content_type, target.account->adapter.dialect()))
    co_return co_await read_unstreamed(call, exchange, target, record);
  Result<void> passed;
  if (request.stream)
    passed = co_await relay_stream(call, sending, target, record, exchange);
  else
    passed = co_await pass_whole(call, sending, target, record, exchange, heard);
  if (exchange.reusable()) lease.give_back();
  co_return passed;
}

}  // namespace headgate::gateway
