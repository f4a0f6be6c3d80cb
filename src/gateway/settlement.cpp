// What an attempt leaves behind: counters, health, what was spent, and a row in the ledger.
#include "headgate/gateway/gateway.hpp"
#include "headgate/gateway/prompt_caches.hpp"

namespace headgate::gateway {

using core::Error;
using core::Money;
using core::Result;

namespace {

// Who left, or waited in vain, has most likely been charged for what was read until then.
void estimate_usage(const RequestRecord& record, AttemptRecord& attempt) {
  if (attempt.usage.known() || !attempt.sent || attempt.status != 0 || !record.input_tokens) return;
  attempt.usage.input = record.input_tokens;
  attempt.usage.output = 0;
  attempt.usage_estimated = true;
}

// Tokens that were reported or estimated have their price. Who refused, or was never reached, has charged
// nothing. An answer that nobody counted costs what nobody knows.
std::optional<Money> cost_of(const Target& target, const AttemptRecord& attempt) {
  if (attempt.usage.known()) return target.price ? target.price->cost(attempt.usage) : std::nullopt;
  const bool refused = !attempt.sent || (attempt.status != 200 && attempt.status != 0);
  return refused ? std::optional(Money()) : std::nullopt;
}

core::WallTime wall_time(const RequestRecord& record, core::TimePoint time) {
  return record.received + std::chrono::duration_cast<core::WallTime::duration>(time - record.started);
}

budget::LedgerRowView row_of(const RequestRecord& record, const AttemptRecord& attempt, core::TimePoint ended) {
  budget::LedgerRowView row;
  row.request_id = record.id;
  row.time = wall_time(record, ended);
  row.tenant = record.tenant;
  row.key_id = record.key_id;
  row.tags = record.tags;
  row.model = attempt.model;
  row.provider = attempt.provider;
  row.attempt = static_cast<std::uint32_t>(&attempt - record.attempts.data()) + 1;
  row.outcome = attempt.outcome;
  row.capability = record.capability;
  row.usage = attempt.usage;
  row.cost = attempt.cost;
  return row;
}

budget::Observation observation_of(const RequestRecord& record, const AttemptRecord& attempt, const Target& target,
                                   bool success) {
  budget::Observation seen;
  seen.cost = attempt.cost;
  seen.success = success;
  seen.impression = attempt.impression;
  if (!success) return seen;
  if (target.price && record.input_tokens) {
    core::Usage listed;  // what the answer should have cost by its list price, with what was expected to be cached
    listed.input = attempt.usage.known() ? attempt.usage.all_input() : *record.input_tokens;
    listed.output = attempt.usage.output;
    listed.reasoning = attempt.usage.reasoning;
    if (record.prompt && attempt.usage.known()) listed = attempt.usage;
    seen.list_price = target.price->cost(listed);
  }
  seen.first_token = attempt.first_byte;
  if (!attempt.usage.output) return seen;
  seen.input_tokens = record.input_tokens;  // as the router knew it
  seen.output_tokens = attempt.usage.output;
  seen.reasoning_tokens = attempt.usage.reasoning;
  const auto writing =
      attempt.total - (record.stream ? attempt.first_byte.value_or(core::Duration()) : core::Duration());
  const auto seconds = std::chrono::duration<double>(writing).count();
  if (seconds > 0) seen.tokens_per_second = static_cast<double>(*seen.output_tokens) / seconds;
  return seen;
}

}  // namespace

void Gateway::settle(const Call& call, Target& target, AttemptRecord& attempt, Try& tried, const Result<void>& answered,
                     core::TimePoint ended) {
  if (std::exchange(tried.settled, true)) return;
  const auto failure = answered ? std::optional<Error>() : answered.error();
  const Error* error = failure ? &*failure : nullptr;
  attempt.total = ended - tried.started;
  if (attempt.outcome.empty()) attempt.outcome = error == nullptr ? "ok" : std::string(error->name());
  if (error != nullptr && attempt.detail.empty()) attempt.detail = error->detail();
  if (error != nullptr) estimate_usage(call.record, attempt);
  if (!attempt.cost) attempt.cost = cost_of(target, attempt);

  const auto status = attempt.status == 0 ? std::nullopt : std::optional(attempt.status);
  const auto outcome = error == nullptr ? health::Outcome::success : health::outcome_of(*error, status);
  tried.admission.settle(ended, outcome, attempt.first_byte.value_or(attempt.total),
                         error == nullptr ? health::unasked_pause : health::pause_of(error->retry_after_seconds()));
  count(target, attempt, error);

  auto& accounting = *call.snapshot.accounting;
  // What says nothing about the model says nothing about its price either.
  if (outcome != health::Outcome::uncounted || attempt.usage.known())
    accounting.records().add(target.model, call.record.capability,
                             observation_of(call.record, attempt, target, error == nullptr), ended);
  if (error == nullptr) learn_what_is_warm(target, call.record, attempt, accounting, ended);
  if (target.price) accounting.cache_savings().add(target.model, cache_saving_of(*target.price, attempt.usage));
  const auto row = row_of(call.record, attempt, ended);
  tried.reservation.settle(row, ended);
  accounting.append(row);
}

void Gateway::count(Target& target, const AttemptRecord& attempt, const Error* error) {
  const auto index = error == nullptr ? 0 : static_cast<std::size_t>(error->code()) + 1;
  const std::string outcome(error == nullptr ? "ok" : core::traits(error->code()).name);
  target.outcomes
      .at(index,
          [&]() -> metrics::Counter& {
            return registry_.counter(
                "headgate_upstream_attempts_total", "Attempts at providers, by what came of them.",
                {{"provider", target.account->settings.name}, {"model", target.model}, {"outcome", outcome}});
          })
      .add();
  target.duration.observe(attempt.total);
  if (attempt.first_byte) target.first_byte.observe(*attempt.first_byte);
  target.tokens_in.add(attempt.usage.all_input());
  target.tokens_out.add(attempt.usage.all_output());
  if (attempt.impression.signal) count(target, *attempt.impression.signal);
}

void Gateway::count(Target& target, budget::Signal signal) {
  target.signals
      .at(static_cast<std::size_t>(signal),
          [&]() -> metrics::Counter& {
            return registry_.counter("headgate_implicit_feedback_total",
                                     "Answers that count against a model without being rated, by why.",
                                     {{"model", target.model}, {"signal", std::string(name_of(signal))}});
          })
      .add();
}

void Gateway::count_failover(const Target& from, const Target& to, const Error& reason) {
  registry_
      .counter("headgate_failovers_total", "Requests passed on to another model after a failure.",
               {{"from", from.model}, {"to", to.model}, {"reason", std::string(core::traits(reason.code()).name)}})
      .add();
}

}  // namespace headgate::gateway
