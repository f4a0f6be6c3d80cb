#include <algorithm>
#include <array>
#include <utility>

#include "headgate/dialects/anthropic.hpp"
#include "headgate/wire/json_writer.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::dialects::anthropic {
namespace {

using core::Code;

constexpr std::array<std::pair<std::string_view, int>, 11> types{{
    {"invalid_request_error", 400},
    {"authentication_error", 401},
    {"billing_error", 402},
    {"permission_error", 403},
    {"not_found_error", 404},
    {"conflict_error", 409},
    {"request_too_large", 413},
    {"rate_limit_error", 429},
    {"api_error", 500},
    {"timeout_error", 504},
    {"overloaded_error", 529},
}};

int status_of(std::string_view type) {
  const auto* found = std::ranges::find(types, type, [](const auto& row) { return row.first; });
  return found == types.end() ? 500 : found->second;
}

std::string_view type_of(int status) {
  if (status == 503) return "overloaded_error";
  if (status == 408) return "timeout_error";
  const auto* found = std::ranges::find(types, status, [](const auto& row) { return row.second; });
  if (found != types.end()) return found->first;
  return status >= 400 && status < 500 ? "invalid_request_error" : "api_error";
}

// A limit that the account's owner has set is reported as a mistake of the request.
constexpr std::string_view spend_limit = "specified API usage limits";

// Clients shorten their history when they read these words.
constexpr std::string_view too_long = "prompt is too long";

std::string message_of(const core::Error& error) {
  if (error.message().empty()) return "Something went wrong inside the gateway.";
  if (error.code() == Code::context_length_exceeded && error.message().find(too_long) == std::string::npos)
    return std::string(too_long) + ": " + error.message();
  return error.message();
}

}  // namespace

core::Error read_error(wire::JsonReader& json, int status, std::string_view body) {
  std::string message;
  if (const auto document = json.read_lenient(body)) {
    const auto error = (*document)["error"];
    // Inside a stream the type alone tells what happened.
    if (status < 400) status = status_of(error["type"].string());
    message = error["message"].string();
  } else if (status < 400) {
    status = 500;
  }
  if (status == 400 && message.find(spend_limit) != std::string::npos)
    return core::Error(Code::insufficient_quota, "The provider's account has no credit left.")
        .with_fault(core::Fault::provider)
        .with_retry(core::Retry::next_target)
        .with_detail("status 400, spend limit");
  return wire::openai::read_error(json, status, body);
}

void append_error(std::string& out, const core::Error& error, std::string_view request_id) {
  wire::JsonWriter json(out);
  json.begin_object().member("type", "error").name("error").begin_object();
  json.member("type", type_of(error.status())).member("message", message_of(error));
  json.name("details").begin_object().member("error_code", error.name());
  if (!error.param().empty()) json.member("param", error.param());
  json.end_object().end_object().name("request_id");
  if (request_id.empty())
    json.null();
  else
    json.string(request_id);
  json.end_object();
}

}  // namespace headgate::dialects::anthropic
