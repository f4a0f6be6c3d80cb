#include "headgate/gateway/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include <nlohmann/json.hpp>

namespace headgate::gateway {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t millis(core::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json needs_of(const RequestRecord& record) {
  Json list = Json::array();
  for (std::size_t i = 0; i < core::feature_count; ++i)
    if (record.needs.has(static_cast<core::Feature>(i))) list.push_back(core::feature_names[i]);
  if (record.stream) list.push_back("stream");
  return list;
}

// A number of dollars, exact below the micro-dollar when it is printed.
Json dollars_or_null(const std::optional<core::Money>& money) {
  return money ? Json(money->in_dollars()) : Json(nullptr);
}

double rounded(double value) { return std::round(value * 10'000) / 10'000; }

Json candidate_of(const CandidateRecord& candidate) {
  const auto& score = candidate.score;
  Json json{{"model", candidate.model},
            {"provider", candidate.provider},
            {"probability", rounded(candidate.probability)},
            {"expected_cost_usd", dollars_or_null(candidate.expected_cost)},
            {"score",
             {{"quality", rounded(score.quality)},
              {"cost", rounded(score.cost)},
              {"latency", rounded(score.latency)},
              {"health", rounded(score.health)}}},
            {"adapted", candidate.adapted}};
  if (candidate.cached_tokens) json["cached_tokens"] = *candidate.cached_tokens;
  return json;
}

Json usage_of(const core::Usage& usage) {
  Json json = Json::object();
  if (usage.input) json["prompt_tokens"] = usage.all_input();
  if (usage.output) json["completion_tokens"] = usage.all_output();
  if (usage.cache_read) json["cached_tokens"] = *usage.cache_read;
  if (usage.reasoning) json["reasoning_tokens"] = *usage.reasoning;
  return json;
}

Json attempt_of(const AttemptRecord& attempt) {
  Json json{{"model", attempt.model}, {"provider", attempt.provider}, {"outcome", attempt.outcome}};
  json["status"] = attempt.status == 0 ? Json(nullptr) : Json(attempt.status);
  json["first_byte_ms"] = attempt.first_byte ? Json(millis(*attempt.first_byte)) : Json(nullptr);
  json["total_ms"] = millis(attempt.total);
  json["cost_usd"] = dollars_or_null(attempt.cost);
  json["usage"] = usage_of(attempt.usage);
  if (attempt.audio_seconds) json["usage"]["audio_seconds"] = *attempt.audio_seconds;
  if (attempt.usage_estimated) json["usage_estimated"] = true;
  if (attempt.continues_after) json["continued_after_characters"] = *attempt.continues_after;
  if (const auto signal = attempt.impression.signal) json["signal"] = name_of(*signal);
  json["adapted"] = attempt.adapted;
  return json;
}

std::string names_of(core::FeatureSet features) {
  std::string names;
  for (std::size_t i = 0; i < core::feature_count; ++i)
    if (features.has(static_cast<core::Feature>(i)))
      names.append(names.empty() ? "" : ", ").append(core::feature_names[i]);
  return names;
}

// A reason in the words of the decision, and what it means to a person.
struct Meaning {
  std::string_view reason, word, text;
};
constexpr std::array meanings{
    Meaning{"pause", "rate_limited", "the provider asked to be left alone"},
    Meaning{"credential", "credential", "the provider refuses the gateway's own key"},
    Meaning{"provider_breaker", "breaker_open", "its provider failed too often just now"},
    Meaning{"target_breaker", "breaker_open", "it failed too often just now"},
    Meaning{"retry_budget", "retry_budget", "too many of the provider's requests are retries already"},
    Meaning{"other_kind", "other_kind", "it is made for another kind of request"},
    Meaning{"lacks_ability", "lacks_ability", "it cannot do what the request needs"},
    Meaning{"unknown_ability", "unknown_ability", "nobody says that it can do what the request needs"},
    Meaning{"context_window", "context_window", "the request is longer than its context window"},
    Meaning{"max_output", "max_output", "its answers are shorter than what is asked for"},
    Meaning{"max_cost", "max_cost", "it is expected to cost more than allowed"},
    Meaning{"max_price", "max_price", "its price is above what the client allows"},
    Meaning{"unknown_price", "unknown_price", "its price is not known, and a limit on cost is set"},
    Meaning{"first_token_within", "first_token_within", "it mostly begins to answer too late"},
    Meaning{"min_quality", "min_quality", "its quality is below what the rule asks for"},
    Meaning{"trust_policy", "trust_policy", "its provider is not trusted enough"},
    Meaning{"data_policy", "data_policy", "its provider may keep what it is sent, or does not say"},
    Meaning{"provider_hint", "provider_hint", "the client left its provider out"},
    Meaning{"budget_exceeded", "budget_exceeded", "a budget it would be charged to is spent"},
    Meaning{"drill", "drill", "a drill does without its provider, to see who else can answer"},
    Meaning{"cannot_continue", "cannot_continue", "nobody says that it can go on with an answer that was begun"},
    Meaning{"budget_degraded", "budget_degraded", "a budget is spent, so only the cheapest is left"},
};

Json excluded_of(const Exclusion& exclusion) {
  const auto known = std::find_if(meanings.begin(), meanings.end(),
                                  [&](const Meaning& meaning) { return meaning.reason == exclusion.reason; });
  std::string word(known == meanings.end() ? exclusion.reason : known->word);
  std::string detail(known == meanings.end() ? "" : known->text);
  if (!exclusion.lacking.empty()) detail += ": " + names_of(exclusion.lacking);
  if (exclusion.for_how_long)
    detail +=
        fmt::format("; may be asked again in {:.1f} s", std::chrono::duration<double>(*exclusion.for_how_long).count());
  return {{"model", exclusion.model}, {"reason", std::move(word)}, {"detail", std::move(detail)}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

// What nobody has decided is null, never a made-up value.
std::string describe(const RequestRecord& record) {
  Json json{{"request_id", record.id}, {"tenant", record.tenant}};
  if (!record.zone.empty()) json["zone"] = record.zone;
  json["capability"] = record.capability ? Json(core::name_of(*record.capability)) : Json(nullptr);
  json["confidence"] = record.confidence ? Json(std::round(*record.confidence * 1000) / 1000) : Json(nullptr);
  json["difficulty"] =
      record.difficulty ? Json(std::round(1000.0 * static_cast<double>(*record.difficulty)) / 1000) : Json(nullptr);
  json["needs"] = needs_of(record);
  json["input_tokens"] = record.input_tokens ? Json(*record.input_tokens) : Json(nullptr);
  if (record.fan_out > 1) json["fan_out"] = record.fan_out;
  json["model"] = text_or_null(record.asked_model);
  json["rule"] = text_or_null(record.rule);
  json["pool"] = text_or_null(record.pool);
  json["objective"] = text_or_null(std::string(record.objective));
  json["tags"] = record.tags;
  json["candidates"] = Json::array();
  for (const auto& candidate : record.candidates) json["candidates"].push_back(candidate_of(candidate));
  json["excluded"] = Json::array();
  for (const auto& exclusion : record.excluded) json["excluded"].push_back(excluded_of(exclusion));
  if (!record.refusal.empty()) json["refusal"] = record.refusal;
  json["attempts"] = Json::array();
  for (const auto& attempt : record.attempts) json["attempts"].push_back(attempt_of(attempt));
  const bool sent = record.status != 0;
  json["status"] = sent ? Json(record.status) : Json(nullptr);
  json["outcome"] = sent ? Json(record.outcome) : Json(nullptr);
  json["total_ms"] = sent ? Json(millis(record.total)) : Json(nullptr);
  json["cost_usd"] = record.attempts.empty() ? Json(nullptr) : dollars_or_null(record.cost());
  return dump(json);
}

}  // namespace headgate::gateway
