#include "headgate/dialects/origin.hpp"

#include <algorithm>

namespace headgate::dialects {
namespace {

constexpr std::string_view not_known = "unknown";
constexpr std::string_view mark = "headgate";  // two groups of four, as base64 has them
constexpr std::size_t group = 4;

bool is_alphanumeric(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Of base64 no text begins like this.
bool is_origin(std::string_view name) {
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-'; });
}

std::string known(std::string_view origin) { return origin == not_known ? std::string() : std::string(origin); }
std::string_view name_of(std::string_view origin) { return origin.empty() ? not_known : origin; }

bool is_of_others(const chat::Part& part, std::string_view own) {
  if (const auto* open = std::get_if<chat::Reasoning>(&part.value))
    return !open->signature.empty() && !may_return(open->origin, own);
  const auto* sealed = std::get_if<chat::SealedReasoning>(&part.value);
  return sealed != nullptr && !may_return(sealed->origin, own);
}

}  // namespace

std::string_view origin_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::chat_completions: return {};
    case Dialect::responses: return openais_thoughts;
    case Dialect::messages:
    case Dialect::converse: return anthropics_thoughts;
    case Dialect::generate_content: return googles_thoughts;
  }
  return {};
}

bool holds_thoughts_of_others(const chat::Request& request, std::string_view own) {
  return std::ranges::any_of(request.messages, [own](const chat::Message& message) {
    return std::ranges::any_of(message.parts, [own](const chat::Part& part) { return is_of_others(part, own); });
  });
}

std::string with_origin(std::string_view signature, std::string_view origin, std::string_view own) {
  if (signature.empty() || origin == own) return std::string(signature);
  return std::string(name_of(origin)).append(":").append(signature);
}

Signed read_origin(std::string text, std::string_view own) {
  if (text.empty()) return {};
  const auto colon = text.find(':');
  if (colon == text.npos || !is_origin(std::string_view(text).substr(0, colon)))
    return {std::move(text), std::string(own)};
  return {text.substr(colon + 1), known(text.substr(0, colon))};
}

std::string with_origin_in_base64(std::string_view signature, std::string_view origin, std::string_view own) {
  if (!is_base64(signature)) return {};
  if (signature.empty() || origin == own) return std::string(signature);
  std::string text(mark);
  text.append(name_of(origin));
  std::ranges::replace(text, '-', '+');
  do text += '/';
  while (text.size() % group != 0);
  return text.append(signature);
}

Signed read_origin_in_base64(std::string text, std::string_view own) {
  if (text.empty()) return {};
  const auto end = text.starts_with(mark) ? text.find('/') : text.npos;
  if (end == text.npos) return {std::move(text), std::string(own)};
  auto origin = text.substr(mark.size(), end - mark.size());
  std::ranges::replace(origin, '+', '-');
  const auto begin = end + group - end % group;
  if (!is_origin(origin) || begin >= text.size()) return {std::move(text), std::string(own)};
  return {text.substr(begin), known(origin)};
}

// Either alphabet.
bool is_base64(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return is_alphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_' || c == '='; });
}

}  // namespace headgate::dialects
