#include "headgate/gateway/gateway.hpp"

#include "headgate/gateway/decision.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;
using core::Retry;
using net::Task;

namespace {

Task<void> refuse(Call& call, const Error& error) {
  call.record.outcome = error.name();
  if (call.record.detail.empty()) call.record.detail = error.detail();
  if (error.code() == Code::client_gone || error.told()) co_return;
  auto reply = error_reply(error);
  if (const auto attempts = call.record.attempts.size(); attempts > 0)
    reply.fields += "x-headgate-attempts: " + std::to_string(attempts) + "\r\n";
  co_await call.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

// What a large request took is given back on every path.
struct ShrinkLater {
  wire::JsonReader& json;
  ~ShrinkLater() { json.shrink(); }
};

Task<void> show_decision(Call& call, const wire::openai::Request& request, const routing::Plan& plan) {
  const auto decision = describe(call.record, request, plan, call.snapshot);
  co_await call.reply.send({200, "application/json", ""}, decision);
}

}  // namespace

Gateway::Gateway(net::Loop& loop, net::Resolver& resolver, metrics::Registry& registry)
    : loop_(loop), names_(loop, resolver), registry_(registry) {
  loop_.each_second([this](core::TimePoint now) {
    for (auto& [key, pool] : pools_) pool->close_idle(now);
    std::erase_if(pools_, [](const auto& entry) { return entry.second->unused(); });
  });
}

Task<void> Gateway::answer(Call& call) {
  const ShrinkLater shrink{json_};
  auto request = wire::openai::read_request(json_, call.surface, call.body);
  if (!request) co_return co_await refuse(call, request.error());
  call.record.asked_model = request->model;
  call.record.stream = request->stream;
  call.record.has_tools = request->has_tools;

  const auto plan = call.snapshot.router.plan(request->model, request->fallback_models);
  if (!plan) co_return co_await refuse(call, plan.error());
  call.record.pool = plan->pool;
  if (call.dry_run) co_return co_await show_decision(call, *request, *plan);

  const auto answered = co_await try_candidates(call, *request, *plan);
  if (!answered) co_await refuse(call, answered.error());
}

// In order, until one answers, the request itself is at fault, or the patience of `failover` ends.
Task<Result<void>> Gateway::try_candidates(Call& call, const wire::openai::Request& request,
                                           const routing::Plan& plan) {
  const auto& failover = call.snapshot.router.failover();
  const auto no_new_attempt_after = core::after(call.record.started, failover.within);
  Error last(Code::no_healthy_upstream);
  const Target* failed = nullptr;
  for (const auto& candidate : plan.candidates) {
    Target& target = *call.snapshot.targets[candidate.model];
    const auto now = core::Clock::now();
    if (const auto left = target.account->pause.left(now); left > core::Duration::zero()) {
      if (failed == nullptr)
        last = Error(Code::rate_limit_exceeded, "The provider's rate limit is reached; it asked to be left alone.")
                   .with_retry_after(std::chrono::duration<double>(left).count());
      continue;
    }
    if (call.record.attempts.size() >= failover.max_attempts || now >= no_new_attempt_after) break;
    if (failed != nullptr) count_failover(*failed, target, last);
    const auto answered = co_await try_target(call, request, target);
    if (answered) co_return answered;
    last = answered.error();
    failed = &target;
    if (last.retry() == Retry::never) co_return last;
  }
  if (last.message().empty()) last.with_message("No model can take this request at the moment.");
  co_return last.with_failover_exhausted();
}

// One candidate; a connection that went stale in the pool is tried once more on a fresh one.
Task<Result<void>> Gateway::try_target(Call& call, const wire::openai::Request& request, Target& target) {
  const auto started = core::Clock::now();
  auto& begun = call.record.attempts.emplace_back();
  begun.provider = target.account->settings.name;
  begun.model = target.model;
  const auto index = call.record.attempts.size() - 1;
  auto answered = co_await attempt(call, request, target, call.record.attempts[index], false);
  if (!answered && answered.error().retry() == Retry::same_target)
    answered = co_await attempt(call, request, target, call.record.attempts[index], true);
  auto& record = call.record.attempts[index];
  record.total = core::Clock::now() - started;
  if (answered) {
    settle(target, record, nullptr);
    co_return answered;
  }
  auto error = answered.error();
  if (error.retry() == Retry::same_target) error.with_retry(Retry::next_target);
  settle(target, record, &error);
  co_return error;
}

void Gateway::settle(Target& target, AttemptRecord& record, const Error* error) {
  const auto index = error == nullptr ? 0 : static_cast<std::size_t>(error->code()) + 1;
  const std::string outcome(error == nullptr ? "ok" : core::traits(error->code()).name);
  if (record.outcome.empty()) record.outcome = error == nullptr ? "ok" : std::string(error->name());
  if (error != nullptr && record.detail.empty()) record.detail = error->detail();
  target.outcomes
      .at(index,
          [&]() -> metrics::Counter& {
            return registry_.counter(
                "headgate_upstream_attempts_total", "Attempts at providers, by what came of them.",
                {{"provider", target.account->settings.name}, {"model", target.model}, {"outcome", outcome}});
          })
      .add();
  target.duration.observe(record.total);
  if (record.first_byte) target.first_byte.observe(*record.first_byte);
  target.tokens_in.add(record.usage.all_input());
  target.tokens_out.add(record.usage.all_output());
}

void Gateway::count_failover(const Target& from, const Target& to, const Error& reason) {
  registry_
      .counter("headgate_failovers_total", "Requests passed on to another model after a failure.",
               {{"from", from.model}, {"to", to.model}, {"reason", std::string(core::traits(reason.code()).name)}})
      .add();
}

}  // namespace headgate::gateway
