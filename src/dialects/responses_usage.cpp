#include "responses_usage.hpp"

#include <cmath>

#include "headgate/wire/openai.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Finish;
using wire::JsonValue;
using Count = std::optional<core::Tokens>;

// More tokens than any answer has; a count above it is a mistake that must not reach a budget.
constexpr std::uint64_t absurd = 1'000'000'000;

Count read_count(JsonValue value, bool& implausible) {
  if (!value.is_set()) return {};
  const auto count = value.count();
  if (count && *count < absurd) return count;
  implausible = true;
  return {};
}

// `part` is counted inside `whole`; afterwards it stands beside it.
void take_apart(Count& whole, Count& part, bool& implausible) {
  if (!part) return;
  if (whole && *part <= *whole) {
    *whole -= *part;
  } else {
    part.reset();
    implausible = true;
  }
}

// Errors inside a 200 have a code and no status.
int status_of(JsonValue error) {
  const auto code = error["code"].string(), type = error["type"].string();
  if (code == "rate_limit_exceeded" || code == "insufficient_quota" || type == "insufficient_quota") return 429;
  if (code == "server_is_overloaded" || code == "slow_down") return 503;
  if (code == "context_length_exceeded" || code == "invalid_prompt" || code.starts_with("content_") ||
      code.starts_with("invalid_") || code.find("image") != code.npos || code == "bio_policy")
    return 400;
  return 500;
}

}  // namespace

core::Usage read_usage(JsonValue object) {
  core::Usage usage;
  auto& implausible = usage.implausible;
  const auto input = object["input_tokens_details"], output = object["output_tokens_details"];
  usage.input = read_count(object["input_tokens"], implausible);
  usage.cache_read = read_count(input["cached_tokens"], implausible);
  usage.cache_write = read_count(input["cache_write_tokens"], implausible);
  usage.output = read_count(object["output_tokens"], implausible);
  usage.reasoning = read_count(output["reasoning_tokens"], implausible);
  take_apart(usage.input, usage.cache_read, implausible);
  take_apart(usage.input, usage.cache_write, implausible);
  take_apart(usage.output, usage.reasoning, implausible);
  return usage;
}

Finish read_finish(JsonValue response, bool calls, bool refuses) {
  const auto status = response["status"];
  if (status.is("incomplete")) {
    const auto reason = response["incomplete_details"]["reason"];
    if (reason.is("max_output_tokens")) return Finish::length;
    return reason.is("content_filter") ? Finish::filtered : Finish::unknown;
  }
  // Servers that copy this API may leave it out.
  if (status.is_set() && !status.is("completed")) return Finish::unknown;
  if (calls) return Finish::tool_calls;
  return refuses ? Finish::refused : Finish::stop;
}

core::Error read_failure(JsonValue error) {
  auto text = std::string(error.source());
  wire::pad(text);
  wire::JsonReader json;
  return wire::openai::read_error(json, status_of(error["error"].is_object() ? error["error"] : error), text);
}

std::int64_t read_created(JsonValue response) {
  const auto created = response["created_at"].number();
  return created && *created > 0 && *created < 1e12 ? static_cast<std::int64_t>(*created) : 0;
}

}  // namespace headgate::dialects::responses
