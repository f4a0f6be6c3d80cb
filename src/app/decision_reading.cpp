#include "decision_reading.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "printable.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_text = 300;  // bytes; a client may have named a model as long as a book

std::string shown(const std::string& text) {
  std::size_t end = std::min(text.size(), longest_text);
  while (end < text.size() && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0u) == 0x80u) --end;
  std::string out;
  append_printable(out, std::string_view(text).substr(0, end));
  return end < text.size() ? out + "..." : out;
}

// Null for what is missing, so that nobody has to ask twice.
const Json& member(const Json& object, const char* name) {
  static const Json null;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return !object.is_object() || found == object.end() ? null : *found;
}

Text as_text(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  return text.empty() ? std::nullopt : Text(shown(text));
}

Number as_number(const Json& value) { return value.is_number() ? Number(value.get<double>()) : std::nullopt; }

Text text(const Json& object, const char* name) { return as_text(member(object, name)); }
Number number(const Json& object, const char* name) { return as_number(member(object, name)); }

bool has(const Json& object, const char* name) { return object.is_object() && object.contains(name); }

Told<std::string> told_text(const Json& object, const char* name) { return {has(object, name), text(object, name)}; }
Told<double> told_number(const Json& object, const char* name) { return {has(object, name), number(object, name)}; }

std::vector<std::string> texts(const Json& object, const char* name) {
  std::vector<std::string> all;
  const auto& list = member(object, name);
  if (list.is_array())
    for (const auto& one : list)
      if (auto read = as_text(one)) all.push_back(std::move(*read));
  return all;
}

template <typename Read>
auto each(const Json& object, const char* name, Read read) {
  std::vector<decltype(read(object))> all;
  const auto& list = member(object, name);
  if (list.is_array())
    for (const auto& one : list) all.push_back(read(one));
  return all;
}

ToldCandidate read_candidate(const Json& json) {
  const auto& score = member(json, "score");
  return {text(json, "model"),
          text(json, "provider"),
          told_number(json, "probability"),
          told_number(json, "expected_cost_usd"),
          told_number(score, "quality"),
          told_number(score, "cost"),
          told_number(score, "latency"),
          told_number(score, "health"),
          told_number(json, "cached_tokens")};
}

ToldExclusion read_exclusion(const Json& json) {
  return {text(json, "model"), text(json, "reason"), text(json, "detail")};
}

ToldAttempt read_attempt(const Json& json) {
  const auto& usage = member(json, "usage");
  const auto& estimated = member(json, "usage_estimated");
  ToldAttempt attempt;
  attempt.model = text(json, "model");
  attempt.provider = text(json, "provider");
  attempt.outcome = text(json, "outcome");
  attempt.signal = text(json, "signal");
  attempt.status = number(json, "status");
  attempt.first_byte_ms = number(json, "first_byte_ms");
  attempt.total_ms = number(json, "total_ms");
  attempt.cost = told_number(json, "cost_usd");
  attempt.tokens_in = number(usage, "prompt_tokens");
  attempt.tokens_out = number(usage, "completion_tokens");
  attempt.tokens_cached = number(usage, "cached_tokens");
  attempt.tokens_reasoning = number(usage, "reasoning_tokens");
  attempt.is_estimated = estimated.is_boolean() && estimated.get<bool>();
  attempt.continued_after_characters = number(json, "continued_after_characters");
  attempt.adapted = texts(json, "adapted");
  return attempt;
}

}  // namespace

std::optional<Decision> read_decision(std::string_view text_of_json) {
  const auto json = Json::parse(text_of_json, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  Decision decision;
  decision.request_id = text(json, "request_id");
  decision.tenant = text(json, "tenant");
  decision.zone = text(json, "zone");
  decision.model = text(json, "model");
  decision.pool = text(json, "pool");
  decision.objective = text(json, "objective");
  decision.outcome = text(json, "outcome");
  decision.capability = told_text(json, "capability");
  decision.rule = told_text(json, "rule");
  decision.confidence = number(json, "confidence");
  decision.difficulty = number(json, "difficulty");
  decision.input_tokens = number(json, "input_tokens");
  decision.status = number(json, "status");
  decision.total_ms = number(json, "total_ms");
  decision.cost = told_number(json, "cost_usd");
  decision.needs = texts(json, "needs");
  decision.tags = texts(json, "tags");
  decision.tells_candidates = member(json, "candidates").is_array();
  decision.candidates = each(json, "candidates", read_candidate);
  decision.excluded = each(json, "excluded", read_exclusion);
  decision.attempts = each(json, "attempts", read_attempt);
  return decision;
}

}  // namespace headgate::app
