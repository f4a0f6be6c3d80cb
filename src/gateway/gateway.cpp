#include "headgate/gateway/gateway.hpp"

#include <algorithm>

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
  if (const auto attempts = call.record.attempts.size(); attempts > 0 || error.failover_exhausted())
    reply.fields += "x-headgate-attempts: " + std::to_string(attempts) + "\r\n";
  co_await call.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

// What a large request took is given back on every path.
struct ShrinkLater {
  wire::JsonReader& json;
  ~ShrinkLater() { json.shrink(); }
};

Error why_nobody_is_asked(const std::vector<Exclusion>& excluded, std::size_t candidates) {
  const auto all_for = [&excluded](health::Barrier barrier) {
    return !excluded.empty() && std::all_of(excluded.begin(), excluded.end(), [barrier](const Exclusion& one) {
      return one.reason == health::name_of(barrier);
    });
  };
  if (all_for(health::Barrier::pause))
    return Error(Code::rate_limit_exceeded, "The provider's rate limit is reached; it asked to be left alone.");
  if (all_for(health::Barrier::credential))
    return Error(Code::upstream_error, "The provider refused the gateway's own account.");
  if (candidates > 1)
    return Error(Code::no_healthy_upstream,
                 "None of the models that may answer can be asked at the moment: their providers failed too often just "
                 "now.");
  return Error(Code::no_healthy_upstream,
               "The model cannot be asked at the moment: its provider failed too often just now.");
}

Task<void> show_decision(Call& call, const wire::openai::Request& request, const routing::Plan& plan) {
  const auto decision = describe(call.record, request, plan, call.snapshot);
  co_await call.reply.send({200, "application/json", ""}, decision);
}

}  // namespace

Gateway::Gateway(net::Loop& loop, net::Resolver& resolver, metrics::Registry& registry, std::uint64_t seed)
    : loop_(loop), names_(loop, resolver), registry_(registry), random_(seed | 1) {
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

  const auto& router = call.snapshot.router;
  if (call.dry_run || router.asks_for_capability(request->model))
    note_capability(call.record, call.snapshot, call.surface, json_.document());
  const auto plan = router.plan(request->model, request->fallback_models, call.record.capability);
  if (!plan) co_return co_await refuse(call, plan.error());
  call.record.pool = plan->pool;
  if (call.dry_run) co_return co_await show_decision(call, *request, *plan);

  const auto answered = co_await try_candidates(call, *request, *plan);
  if (!answered) co_await refuse(call, answered.error());
}

// In order, until one answers, the request itself is at fault, or the patience of `failover` ends. Who
// is only just coming back may be passed over for others, but not in favour of nobody.
Task<Result<void>> Gateway::try_candidates(Call& call, const wire::openai::Request& request,
                                           const routing::Plan& plan) {
  Story story{core::after(call.record.started, call.snapshot.router.failover().within)};
  std::vector<routing::ModelIndex> passed_over;
  for (const auto& candidate : plan.candidates) {
    const bool is_last = &candidate == &plan.candidates.back();
    const auto next = co_await try_candidate(call, request, candidate.model, is_last ? 0 : draw(), story);
    if (next == Next::end) co_return std::move(story.result);
    if (next == Next::passed_over) passed_over.push_back(candidate.model);
  }
  for (const auto model : passed_over) {
    const auto next = co_await try_candidate(call, request, model, 0, story);
    if (next == Next::end) co_return std::move(story.result);
  }
  co_return give_up(call, plan, story);
}

Task<Gateway::Next> Gateway::try_candidate(Call& call, const wire::openai::Request& request, routing::ModelIndex model,
                                           double draw, Story& story) {
  auto& record = call.record;
  Target& target = *call.snapshot.targets[model];
  const auto now = core::Clock::now();
  if (record.attempts.size() >= call.snapshot.router.failover().max_attempts || now >= story.no_new_attempt_after)
    co_return Next::another;
  auto admitted = call.snapshot.health->admit(model, now, {!record.attempts.empty(), draw});
  if (const auto* refusal = std::get_if<health::Refusal>(&admitted)) {
    const bool by_lot = draw > 0 && !call.snapshot.health->standing(model, now).refusal;
    if (!by_lot) exclude(record, target, *refusal, now);
    co_return by_lot ? Next::passed_over : Next::another;
  }
  if (story.failed != nullptr) count_failover(*story.failed, target, story.result.error());
  story.result = co_await try_target(call, request, target, std::get<health::Admission>(admitted), now);
  story.failed = &target;
  const bool ends = story.result.has_value() || story.result.error().retry() == Retry::never;
  co_return ends ? Next::end : Next::another;
}

void Gateway::exclude(RequestRecord& record, const Target& target, const health::Refusal& refusal,
                      core::TimePoint now) {
  std::optional<core::Duration> for_how_long;
  if (refusal.until > now && refusal.until != core::no_deadline) for_how_long = refusal.until - now;
  record.excluded.push_back({target.model, health::name_of(refusal.barrier), for_how_long});
}

// Nobody answered: the last failure, or what keeps all candidates from being asked at all.
Error Gateway::give_up(const Call& call, const routing::Plan& plan, const Story& story) {
  if (story.failed != nullptr) return Error(story.result.error()).with_failover_exhausted();
  auto error = why_nobody_is_asked(call.record.excluded, plan.candidates.size());
  std::optional<core::Duration> earliest;
  for (const auto& one : call.record.excluded)
    if (one.for_how_long && (!earliest || *one.for_how_long < *earliest)) earliest = one.for_how_long;
  if (earliest) error.with_retry_after(std::chrono::duration<double>(*earliest).count());
  return error.with_failover_exhausted();
}

// One candidate; a connection that went stale in the pool is tried once more on a fresh one.
Task<Result<void>> Gateway::try_target(Call& call, const wire::openai::Request& request, Target& target,
                                       health::Admission& admission, core::TimePoint started) {
  auto& begun = call.record.attempts.emplace_back();
  begun.provider = target.account->settings.name;
  begun.model = target.model;
  const auto index = call.record.attempts.size() - 1;
  auto answered = co_await attempt(call, request, target, call.record.attempts[index], started, false);
  if (!answered && answered.error().retry() == Retry::same_target)
    answered = co_await attempt(call, request, target, call.record.attempts[index], core::Clock::now(), true);
  auto& record = call.record.attempts[index];
  const auto ended = core::Clock::now();
  record.total = ended - started;
  if (answered) {
    admission.settle(ended, health::Outcome::success, record.first_byte.value_or(record.total));
    settle(target, record, nullptr);
    co_return answered;
  }
  auto error = answered.error();
  if (error.retry() == Retry::same_target) error.with_retry(Retry::next_target);
  const auto status = record.status == 0 ? std::nullopt : std::optional(record.status);
  admission.settle(ended, health::outcome_of(error, status), record.first_byte.value_or(record.total),
                   health::pause_of(error.retry_after_seconds()));
  settle(target, record, &error);
  co_return error;
}

// Of no consequence but who goes first: xorshift will do.
double Gateway::draw() {
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  return static_cast<double>(random_ >> 11) * 0x1p-53;
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
