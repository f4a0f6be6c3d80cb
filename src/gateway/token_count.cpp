#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/codec.hpp"
#include "headgate/gateway/decision.hpp"
#include "headgate/wire/openai_needs.hpp"

namespace headgate::gateway {

using core::Result;

Result<core::Tokens> count_tokens(dialects::Dialect dialect, std::string_view body) {
  wire::JsonReader json;
  const auto document = json.read(body);
  if (!document) return document.error();
  auto asked = dialects::codec_of(dialect).read_request(*document);
  if (!asked) return asked.error();
  asked->extras.clear();
  auto policy = dialects::chat_completions::write_request(*asked, dialects::chat_completions::policy_words);
  if (!policy) return policy.error();
  wire::pad(policy->body);
  const auto meant = json.read(policy->body);
  if (!meant) return meant.error();
  return wire::openai::read_needs(wire::Surface::chat_completions, *meant).input_tokens;
}

}  // namespace headgate::gateway
