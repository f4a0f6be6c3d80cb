#include "preflight.hpp"

#include <cstddef>

#include "document.hpp"

namespace headgate::config {
namespace {

// Length of the well-formed UTF-8 sequence at the start (Unicode 15, table 3-7), 0 for none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [text](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto continues = [&byte](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return continues(1) ? 2 : 0;
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool beyond = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  if (overlong || beyond) return 0;
  if (first < 0xF0) return continues(1) && continues(2) ? 3 : 0;
  return first < 0xF5 && continues(1) && continues(2) && continues(3) ? 4 : 0;
}

bool is_forbidden(char c) { return c >= 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r'; }

bool check_encoding(std::string_view text, Report& report) {
  Mark mark{0, 0};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0 || is_forbidden(text[at])) {
      report.error({"HG-1005", length == 0 ? "not UTF-8" : "a control character", "UTF-8 text"}, mark);
      return false;
    }
    mark = text[at] == '\n' ? Mark{mark.line + 1, 0} : Mark{mark.line, mark.column + static_cast<int>(length)};
    at += length;
  }
  return true;
}

bool check_tabs(std::string_view text, Report& report) {
  constexpr int most = 10;
  int found = 0;
  int line = 0;
  for (std::size_t at = 0; at < text.size() && found < most; ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view content = text.substr(at, end - at);
    const std::size_t indent = content.find_first_not_of(" \t\r");
    const std::size_t tab = content.find('\t');
    if (indent != content.npos && content[indent] != '#' && tab < indent) {
      report.error({"HG-1004", "a tab in the indentation", "spaces", "replace the tab by two spaces"},
                   {line, static_cast<int>(tab)});
      ++found;
    }
    at = end + 1;
  }
  return found == 0;
}

}  // namespace

bool preflight(std::string_view text, Report& report) {
  if (text.size() > largest_file) {
    report.error({"HG-1006", "the file is larger than 1 MiB"}, {});
    return false;
  }
  return check_encoding(text, report) && check_tabs(text, report);
}

}  // namespace headgate::config
