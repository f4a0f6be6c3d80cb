#include "chat_completions_trouble.hpp"

#include <string>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::dialects::chat_completions {

core::Error reported_error(wire::JsonValue document) {
  constexpr int bad_gateway = 502;
  const auto code = document["error"]["code"].count().value_or(bad_gateway);
  const int status = code >= 400 && code <= 599 ? static_cast<int>(code) : bad_gateway;
  // Errors are rare, and the document that is there must stay readable for the caller.
  std::string text(document.source());
  wire::pad(text);
  wire::JsonReader json;
  return wire::openai::read_error(json, status, text);
}

std::optional<core::Error> trouble_in(wire::JsonValue reason) {
  if (reason.is("error") || reason.is("insufficient_system_resource"))
    return core::unusable_answer("finish_reason " + reason.string());
  return std::nullopt;
}

}  // namespace headgate::dialects::chat_completions
