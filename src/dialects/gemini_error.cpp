#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "headgate/dialects/gemini.hpp"
#include "headgate/wire/json_writer.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::dialects::gemini {
namespace {

using core::Code;
using wire::JsonValue;

constexpr double longest_wait = 60;

constexpr std::array<std::pair<std::string_view, int>, 16> statuses{{
    {"INVALID_ARGUMENT", 400},
    {"UNAUTHENTICATED", 401},
    {"PERMISSION_DENIED", 403},
    {"NOT_FOUND", 404},
    {"ABORTED", 409},
    {"RESOURCE_EXHAUSTED", 429},
    {"CANCELLED", 499},
    {"INTERNAL", 500},
    {"UNIMPLEMENTED", 501},
    {"UNAVAILABLE", 503},
    {"DEADLINE_EXCEEDED", 504},
    {"DEADLINE_EXCEEDED", 408},
    {"UNAVAILABLE", 502},
    {"UNAVAILABLE", 529},
    {"FAILED_PRECONDITION", 400},
    {"OUT_OF_RANGE", 400},
}};

std::string_view status_name(int status) {
  const auto* found = std::ranges::find(statuses, status, [](const auto& row) { return row.second; });
  if (found != statuses.end()) return found->first;
  return status >= 400 && status < 500 ? "INVALID_ARGUMENT" : "INTERNAL";
}

// Inside a stream only the body tells what happened.
int status_of(JsonValue error) {
  const auto code = error["code"].count();
  if (code && *code >= 400 && *code <= 599) return static_cast<int>(*code);
  const auto name = error["status"].string();
  const auto* found = std::ranges::find(statuses, name, [](const auto& row) { return row.first; });
  return found == statuses.end() ? 500 : found->second;
}

// "22s", "0.5s".
std::optional<double> seconds(JsonValue delay) {
  const auto text = delay.string();
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() - 1 || *read.ptr != 's') return {};
  if (!(value >= 0)) return {};
  return std::min(value, longest_wait);
}

struct Details {
  bool key_refused = false;
  bool spent_for_today = false;
  std::optional<double> retry_after;
};

Details read_details(JsonValue error) {
  Details details;
  // The place or the bill of the gateway's account: nothing a caller can mend.
  details.key_refused = error["status"].is("FAILED_PRECONDITION");
  for (const auto detail : error["details"].items()) {
    const auto reason = detail["reason"].string();
    if (reason.starts_with("API_KEY_")) details.key_refused = true;
    if (const auto wait = seconds(detail["retryDelay"])) details.retry_after = wait;
    for (const auto violation : detail["violations"].items())
      if (violation["quotaId"].string().find("PerDay") != std::string::npos) details.spent_for_today = true;
  }
  return details;
}

}  // namespace

core::Error read_error(wire::JsonReader& json, int status, std::string_view body) {
  Details details;
  if (const auto document = json.read_lenient(body)) {
    auto whole = *document;
    for (const auto item : document->items()) {  // some streams put it into a list
      whole = item;
      break;
    }
    if (status < 400) status = status_of(whole["error"]);
    details = read_details(whole["error"]);
    body = whole.source();
  } else if (status < 400) {
    status = 500;
  }
  if (status == 400 && details.key_refused) status = 401;
  if (status == 429 && details.spent_for_today)
    return core::Error(Code::insufficient_quota, "The provider's account has no quota left for today.")
        .with_fault(core::Fault::provider)
        .with_retry(core::Retry::next_target)
        .with_detail("status 429, quota of a day");
  auto error = wire::openai::read_error(json, status, body);
  error.with_name({});  // a number here, which says no more than the status
  if (details.retry_after) error.with_retry_after(*details.retry_after);
  return error;
}

void append_error(std::string& out, const core::Error& error, std::string_view request_id) {
  constexpr std::string_view type = "type.googleapis.com/google.rpc.";
  wire::JsonWriter json(out);
  json.begin_object().name("error").begin_object().member("code", error.status());
  json.member("message", error.message().empty() ? std::string_view("Something went wrong inside the gateway.")
                                                 : std::string_view(error.message()));
  json.member("status", status_name(error.status())).name("details").begin_array();
  json.begin_object().member("@type", std::string(type) + "ErrorInfo").member("reason", error.name());
  json.member("domain", "headgate").end_object();
  if (error.retry_after_seconds()) {
    std::string delay;
    wire::JsonWriter(delay).number(*error.retry_after_seconds());
    json.begin_object().member("@type", std::string(type) + "RetryInfo").member("retryDelay", delay + "s").end_object();
  }
  if (!error.param().empty()) {
    json.begin_object().member("@type", std::string(type) + "BadRequest").name("fieldViolations").begin_array();
    json.begin_object().member("field", error.param()).member("description", error.message()).end_object();
    json.end_array().end_object();
  }
  if (!request_id.empty())
    json.begin_object().member("@type", std::string(type) + "RequestInfo").member("requestId", request_id).end_object();
  json.end_array().end_object().end_object();
}

}  // namespace headgate::dialects::gemini
