#include <array>
#include <cstddef>

#include "text.hpp"

namespace headgate::config {
namespace {

constexpr std::string_view stars = "********";

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool ends_with_any(std::string_view word, const auto& endings) {
  for (const std::string_view ending : endings) {
    if (word.ends_with(ending)) return true;
  }
  return false;
}

bool starts_with_any(std::string_view word, const auto& starts) {
  for (const std::string_view start : starts) {
    if (word.starts_with(start)) return true;
  }
  return false;
}

bool names_a_credential(std::string_view word) {
  std::string lower(word);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  static constexpr std::array<std::string_view, 7> endings{"key",           "token",  "secret",     "password",
                                                           "authorization", "cookie", "credentials"};
  return ends_with_any(lower, endings);
}

// What may stand in a file in place of a credential, and what is no scalar at all.
bool is_harmless(std::string_view value) {
  static constexpr std::array<std::string_view, 9> starts{"env:", "file:", "secret:", "os.environ/", "none", "{",
                                                          "[",    "|",     ">"};
  static constexpr std::array<std::string_view, 3> endings{".pem", ".key", ".crt"};
  return value.empty() || starts_with_any(value, starts) || ends_with_any(value, endings);
}

// Where the scalar that begins at `begin` ends, quotes included.
std::size_t end_of_value(std::string_view line, std::size_t begin) {
  if (begin >= line.size()) return line.size();
  if (line[begin] == '"' || line[begin] == '\'') {
    const std::size_t close = line.find(line[begin], begin + 1);
    return close == line.npos ? line.size() : close + 1;
  }
  return std::min(line.find_first_of(",}", begin), line.size());
}

std::string_view unquoted(std::string_view value) {
  while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
  while (!value.empty() && std::string_view("\"' \r").find(value.back()) != std::string_view::npos)
    value.remove_suffix(1);
  return value;
}

// `key: VALUE`, also inside { }, also with the key in quotes.
std::string mask_credentials(std::string_view line) {
  std::string shown;
  std::size_t at = 0;
  while (at < line.size()) {
    std::size_t end = at;
    while (end < line.size() && is_word(line[end])) ++end;
    if (end == at) {
      shown += line[at++];
      continue;
    }
    shown += line.substr(at, end - at);
    const bool credential = names_a_credential(line.substr(at, end - at));
    at = end;
    if (!credential) continue;
    std::size_t value = line.find_first_not_of("\"' ", at);
    if (value == line.npos || line[value] != ':') continue;
    value = std::min(line.find_first_not_of(' ', value + 1), line.size());
    const std::size_t stop = end_of_value(line, value);
    shown += line.substr(at, value - at);
    shown += is_harmless(unquoted(line.substr(value, stop - value))) ? line.substr(value, stop - value) : stars;
    at = stop;
  }
  return shown;
}

// sk-..., hg_... and the like, wherever they stand.
std::string mask_known_shapes(std::string_view line) {
  static constexpr std::array<std::string_view, 8> starts{"sk-", "sk_", "hg_", "gsk_", "xai-", "AIza", "pplx-", "fw_"};
  constexpr std::size_t shortest = 12;
  std::string shown;
  std::size_t at = 0;
  while (at < line.size()) {
    std::size_t end = at;
    while (end < line.size() && is_word(line[end])) ++end;
    const std::string_view word = line.substr(at, end - at);
    if (word.empty()) {
      shown += line[at++];
      continue;
    }
    shown += word.size() >= shortest && starts_with_any(word, starts) ? stars : word;
    at = end;
  }
  return shown;
}

// scheme://user:password@host
std::string mask_userinfo(std::string line) {
  std::size_t from = 0;
  for (;;) {
    const std::size_t start = line.find("://", from);
    if (start == line.npos) return line;
    from = start + 3;
    const std::size_t at = line.find_first_of("@/ ,\"'", from);
    if (at == line.npos || line[at] != '@') continue;
    line.replace(from, at - from, stars);
  }
}

std::string mask_hidden(std::string line, const std::vector<std::string>& hidden) {
  for (const auto& text : hidden) {
    for (std::size_t at = line.find(text); at != line.npos; at = line.find(text, at + stars.size())) {
      line.replace(at, text.size(), stars);
    }
  }
  return line;
}

}  // namespace

std::string mask(std::string_view line, const std::vector<std::string>& hidden) {
  return mask_userinfo(mask_known_shapes(mask_credentials(mask_hidden(std::string(line), hidden))));
}

}  // namespace headgate::config
