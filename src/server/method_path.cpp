#include "method_path.hpp"

#include <charconv>

namespace headgate::server {
namespace {

std::optional<MethodPath::Method> method_of(std::string_view name) {
  if (name == "generateContent") return MethodPath::Method::generate;
  if (name == "streamGenerateContent") return MethodPath::Method::stream;
  if (name == "countTokens") return MethodPath::Method::count_tokens;
  return std::nullopt;
}

}  // namespace

std::optional<MethodPath> read_method_path(std::string_view rest) {
  const auto text = percent_decoded(rest);
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return std::nullopt;
  const auto method = method_of(std::string_view(text).substr(colon + 1));
  if (!method) return std::nullopt;
  return MethodPath{text.substr(0, colon), *method};
}

bool asks_for_events(std::string_view target) {
  const auto mark = target.find('?');
  for (auto query = mark == target.npos ? "" : target.substr(mark + 1); !query.empty();) {
    const auto end = query.find('&');
    if (query.substr(0, end) == "alt=sse") return true;
    query = end == query.npos ? "" : query.substr(end + 1);
  }
  return false;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    unsigned byte = 0;
    const auto digits = text.substr(at + 1 < text.size() ? at + 1 : text.size(), 2);
    const bool escape = text[at] == '%' && digits.size() == 2 &&
                        std::from_chars(digits.data(), digits.data() + 2, byte, 16).ptr == digits.data() + 2;
    decoded += escape ? static_cast<char>(byte) : text[at];
    if (escape) at += 2;
  }
  return decoded;
}

}  // namespace headgate::server
