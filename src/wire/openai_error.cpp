#include <algorithm>

#include "headgate/wire/openai.hpp"

namespace headgate::wire::openai {
namespace {

using core::Code;
using core::Error;
using core::Fault;
using core::Retry;

constexpr std::size_t max_message = 2000;

struct ProviderWords {
  std::string message, type, code, param;
};

std::string text_of(JsonValue value) {
  if (value.kind() == JsonKind::number) return std::string(value.source().substr(0, max_message));
  return value.string().substr(0, max_message);
}

ProviderWords words_of(JsonValue object) {
  ProviderWords words{text_of(object["message"]), text_of(object["type"]), text_of(object["code"]),
                      text_of(object["param"])};
  if (words.code.empty()) words.code = text_of(object["details"]["error_code"]);
  return words;
}

// Shapes met in the field: {"error":{...}}, {"error":"text"}, {"message":...}, {"detail":...}.
ProviderWords read_words(JsonValue object) {
  const auto error = object["error"], detail = object["detail"];
  if (error.is_object()) return words_of(error);
  if (error.is_string()) return {text_of(error), {}, {}, {}};
  if (object["message"].is_string()) return words_of(object);
  if (detail.is_string()) return {text_of(detail), {}, {}, {}};
  return {std::string(detail.source().substr(0, max_message)), {}, {}, {}};
}

bool mentions(const std::string& text, std::string_view words) {
  return std::search(text.begin(), text.end(), words.begin(), words.end(),
                     [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }) != text.end();
}

bool says_context_too_long(const ProviderWords& words) {
  if (words.code == "context_length_exceeded") return true;
  for (std::string_view pattern : {"maximum context length", "prompt is too long", "context window", "context size",
                                   "input token count", "too many tokens"})
    if (mentions(words.message, pattern)) return true;
  return false;
}

// Some vendors answer a bad key with 400; what they say may quote it.
bool says_key_refused(const ProviderWords& words) {
  for (std::string_view code : {"invalid_api_key", "invalid_authentication", "authentication_error"})
    if (words.code == code || words.type == code) return true;
  return mentions(words.message, "api key") || mentions(words.message, "api_key");
}

// For the log: a word of the provider's table, never its sentences, which may quote prompts and keys.
std::string code_for_log(const ProviderWords& words) {
  const auto& code = words.code.empty() ? words.type : words.code;
  const auto is_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
           c == '.';
  };
  const bool plain = !code.empty() && code.size() <= 64 && std::all_of(code.begin(), code.end(), is_word);
  return plain ? ", code " + code : "";
}

bool says_quota_spent(const ProviderWords& words) {
  for (std::string_view code : {"insufficient_quota", "credit_balance_exhausted", "enforced_spend_limit_reached",
                                "contract_spend_limit_reached", "Arrearage"})
    if (words.code == code || words.type == code) return true;
  return false;
}

// A caller's mistake passes through in the provider's words: they say what to change.
Error callers_mistake(int status, ProviderWords words) {
  Code code = Code::invalid_request;
  if (says_context_too_long(words))
    code = Code::context_length_exceeded;
  else if (words.code.starts_with("content_") || words.code == "data_inspection_failed")
    code = Code::content_filter;
  else if (status == 413)
    code = Code::request_too_large;
  Error error(code, words.message.empty() ? "The provider refused the request." : std::move(words.message));
  error.with_status(status).with_fault(Fault::client).with_param(std::move(words.param));
  if (!words.type.empty()) error.with_type(std::move(words.type));
  if (!words.code.empty() && code != Code::context_length_exceeded) error.with_name(std::move(words.code));
  return error;
}

Error providers_trouble(Code code, std::string message, int status, const ProviderWords& words) {
  return Error(code, std::move(message))
      .with_fault(Fault::provider)
      .with_retry(Retry::next_target)
      .with_detail("status " + std::to_string(status) + code_for_log(words));
}

// Our trouble, not the caller's. What the provider says may quote the key; it is not repeated.
Error key_refused(int status) {
  return providers_trouble(Code::upstream_error, "The provider refused the gateway's own account.", status, {})
      .with_detail("provider_auth: status " + std::to_string(status));
}

}  // namespace

Error read_error(JsonReader& json, int status, std::string_view body) {
  ProviderWords words;
  if (const auto document = json.read_lenient(body)) words = read_words(*document);
  // An unpaid bill is ours to pay, also where it comes as a 400.
  if ((status == 429 || status == 400) && says_quota_spent(words))
    return providers_trouble(Code::insufficient_quota, "The provider's account has no credit left.", status, words);
  if (status == 400 && says_key_refused(words)) return key_refused(status);
  switch (status) {
    case 400:
    case 409:
    case 413:
    case 415:
    case 422: return callers_mistake(status, std::move(words));
    case 401:
    case 402:
    case 403: return key_refused(status);
    case 404:
      return providers_trouble(Code::upstream_error, "The provider does not know the configured model.", status, words);
    case 408:
    case 504: return providers_trouble(Code::upstream_timeout, "The provider timed out.", status, words);
    case 429:
      return providers_trouble(Code::rate_limit_exceeded, "The provider's rate limit is reached.", status, words);
    case 503:
    case 529: return providers_trouble(Code::no_healthy_upstream, "The provider is overloaded.", status, words);
    default: return providers_trouble(Code::upstream_error, "The provider failed.", status, words);
  }
}

void append_error(std::string& out, const Error& error) {
  out.append(R"({"error":{"message":)");
  append_json_string(out, error.message().empty() ? "Something went wrong inside the gateway." : error.message());
  out.append(R"(,"type":)");
  append_json_string(out, error.type());
  out.append(R"(,"param":)");
  if (error.param().empty())
    out.append("null");
  else
    append_json_string(out, error.param());
  out.append(R"(,"code":)");
  append_json_string(out, error.name());
  out.append("}}");
}

}  // namespace headgate::wire::openai
