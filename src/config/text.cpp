#include "text.hpp"

#include <algorithm>
#include <cstddef>

#include "headgate/core/nearest.hpp"

namespace headgate::config {
namespace {

constexpr std::size_t longest_quote = 60;

}  // namespace

std::string quote(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, longest_quote)) shown += c >= 0 && (c < ' ' || c == 127) ? '?' : c;
  if (text.size() > longest_quote) {
    while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xC0u) == 0x80u) shown.pop_back();
    if (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xC0u) shown.pop_back();
    shown += "...";
  }
  return "`" + mask(shown, {}) + "`";
}

std::string join(const std::vector<std::string>& words, std::string_view last_separator) {
  constexpr std::size_t most = 24;
  std::string text;
  const std::size_t count = std::min(words.size(), most);
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) text += i + 1 == words.size() ? last_separator : std::string_view(", ");
    text += words[i];
  }
  return words.size() > most ? text + ", ..." : text;
}

std::string one_of(const std::vector<std::string>& words) {
  return words.size() > 1 ? "one of " + join(words, " or ") : join(words, "");
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const std::string name = core::nearest(word, names);
  return name.empty() ? std::string() : "did you mean " + quote(name) + "?";
}

}  // namespace headgate::config
