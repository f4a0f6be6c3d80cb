#include "headgate/gateway/decision.hpp"

#include <fmt/format.h>

#include <cmath>

#include <nlohmann/json.hpp>

namespace headgate::gateway {
namespace {

using Json = nlohmann::ordered_json;

std::int64_t millis(core::Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json needs(bool stream, bool tools) {
  Json list = Json::array();
  if (tools) list.push_back("tools");
  if (stream) list.push_back("stream");
  return list;
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
  json["usage"] = usage_of(attempt.usage);
  return json;
}

// The barrier in the words of the decision, and what it means to a person.
Json excluded_of(const Exclusion& exclusion) {
  const auto& reason = exclusion.reason;
  std::string detail = reason == "pause"          ? "the provider asked to be left alone"
                       : reason == "credential"   ? "the provider refuses the gateway's own key"
                       : reason == "retry_budget" ? "too many of the provider's requests are retries already"
                                                  : "it failed too often just now";
  if (exclusion.for_how_long)
    detail +=
        fmt::format("; may be asked again in {:.1f} s", std::chrono::duration<double>(*exclusion.for_how_long).count());
  const std::string word(reason == "pause" ? "rate_limited" : reason.ends_with("breaker") ? "breaker_open" : reason);
  return {{"model", exclusion.model}, {"reason", word}, {"detail", std::move(detail)}};
}

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

// What nobody has decided yet is null, never a made-up value.
Json frame(const RequestRecord& record) {
  Json json{{"request_id", record.id}, {"tenant", record.tenant}};
  json["capability"] = record.capability ? Json(core::name_of(*record.capability)) : Json(nullptr);
  json["confidence"] = record.confidence ? Json(std::round(*record.confidence * 1000) / 1000) : Json(nullptr);
  return json;
}

}  // namespace

void note_capability(RequestRecord& record, const Snapshot& snapshot, wire::Surface surface, wire::JsonValue request) {
  if (!snapshot.classifier || surface == wire::Surface::embeddings) return;
  const auto question = wire::openai::read_question(surface, request);
  const auto profile = snapshot.classifier->classify({question.last_user, question.system});
  record.capability = profile.capability;
  record.confidence = profile.confidence;
}

std::string describe(const RequestRecord& record, const wire::openai::Request& request, const routing::Plan& plan,
                     const Snapshot& snapshot) {
  Json json = frame(record);
  json["needs"] = needs(request.stream, request.has_tools);
  json["rule"] = nullptr;
  json["pool"] = text_or_null(plan.pool);
  json["objective"] = nullptr;
  json["candidates"] = Json::array();
  json["excluded"] = Json::array();
  const auto now = core::Clock::now();
  for (const auto& candidate : plan.candidates) {
    const auto& target = *snapshot.targets[candidate.model];
    const auto standing = snapshot.health->standing(candidate.model, now);
    if (standing.refusal) {
      std::optional<core::Duration> left;
      if (standing.refusal->until != core::no_deadline) left = standing.refusal->until - now;
      json["excluded"].push_back(excluded_of({target.model, health::name_of(standing.refusal->barrier), left}));
    } else {
      json["candidates"].push_back({{"model", target.model}, {"provider", target.account->settings.name}});
    }
  }
  json["attempts"] = Json::array();
  return dump(json);
}

std::string describe(const RequestRecord& record) {
  Json json = frame(record);
  json["needs"] = needs(record.stream, record.has_tools);
  json["model"] = text_or_null(record.asked_model);
  json["rule"] = nullptr;
  json["pool"] = text_or_null(record.pool);
  json["status"] = record.status;
  json["outcome"] = record.outcome;
  json["total_ms"] = millis(record.total);
  json["attempts"] = Json::array();
  for (const auto& attempt : record.attempts) json["attempts"].push_back(attempt_of(attempt));
  json["excluded"] = Json::array();
  for (const auto& exclusion : record.excluded) json["excluded"].push_back(excluded_of(exclusion));
  return dump(json);
}

core::Result<std::string> explain(std::string_view body, wire::Surface surface, const Snapshot& snapshot) {
  wire::JsonReader json;
  std::string padded(body);
  padded.reserve(body.size() + wire::json_padding);
  const auto request = wire::openai::read_request(json, surface, padded);
  if (!request) return request.error();
  RequestRecord record;
  note_capability(record, snapshot, surface, json.document());
  const auto plan = snapshot.router.plan(request->model, request->fallback_models, record.capability);
  if (!plan) return plan.error();
  return describe(record, *request, *plan, snapshot);
}

}  // namespace headgate::gateway
