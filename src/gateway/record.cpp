#include "headgate/gateway/record.hpp"

namespace headgate::gateway {

void RequestRecord::reset() {
  for (std::string* text :
       {&id, &trace_id, &tenant, &key_id, &zone, &asked_model, &rule, &pool, &refusal, &without_provider, &detail})
    text->clear();
  outcome = "ok";
  route = {};
  objective = {};
  tags.clear();
  needs = {};
  input_tokens.reset();
  stream = dry_run = rated = false;
  fan_out = 1;
  received = {};
  started = {};
  total = upstream = client = {};
  status = 0;
  candidates.clear();
  attempts.clear();
  excluded.clear();
  capability.reset();
  confidence.reset();
  difficulty.reset();
  prompt.reset();
  bytes_in = bytes_out = 0;
}

void RequestRecord::exclude(std::string_view model, std::string_view reason,
                            std::optional<core::Duration> for_how_long) {
  const auto known =
      std::find_if(excluded.begin(), excluded.end(), [model](const Exclusion& one) { return one.model == model; });
  auto& one = known == excluded.end() ? excluded.emplace_back() : *known;
  one.model = model;
  one.reason = reason;
  one.for_how_long = for_how_long;
}

std::optional<core::Money> RequestRecord::cost() const {
  core::Money sum;
  for (const auto& attempt : attempts) {
    if (!attempt.cost) return std::nullopt;
    sum += *attempt.cost;
  }
  return sum;
}

}  // namespace headgate::gateway
