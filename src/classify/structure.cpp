#include "structure.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace headgate::classify {
namespace {

constexpr std::string_view white = " \t\r";

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool one_of(char c, std::string_view set) { return set.find(c) != std::string_view::npos; }

std::string_view trimmed(std::string_view line) {
  const auto first = line.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(white) - first + 1);
}

// "A. x", "b) x", "(C) x", "D: x"
bool is_option(std::string_view line) {
  if (line.front() == '(') line.remove_prefix(1);
  return line.size() > 2 && is_letter(line[0]) && one_of(line[1], ".):");
}

bool is_list_item(std::string_view line) {
  if (line.size() > 2 && one_of(line[0], "-*+") && line[1] == ' ') return true;
  std::size_t digits = 0;
  while (digits < line.size() && is_digit(line[digits])) ++digits;
  return digits > 0 && digits < 3 && digits + 1 < line.size() && one_of(line[digits], ".)");
}

bool is_field(std::string_view line) {
  const auto colon = line.substr(0, 24).find(':');
  return colon != std::string_view::npos && colon > 0 && is_letter(line.front());
}

constexpr std::string_view openings[] = {
    "def ",   "class ", "import ", "from ", "#include", "func ",   "function ", "public ", "private ", "return ",
    "const ", "let ",   "var ",    "if (",  "for (",    "while (", "SELECT ",   "CREATE ", "</",       ">>> ",
    "//",     "/*",     "@",       "$ ",    "fn ",      "using ",  "struct ",   "else"};

// Most lines begin with none of these bytes.
constexpr auto may_open = [] {
  std::array<bool, 256> may{};
  for (const auto opening : openings) may[static_cast<unsigned char>(opening.front())] = true;
  return may;
}();

bool begins_like_code(std::string_view line) {
  if (!may_open[static_cast<unsigned char>(line.front())]) return false;
  return std::any_of(std::begin(openings), std::end(openings),
                     [line](std::string_view opening) { return line.starts_with(opening); });
}

bool is_markup(std::string_view line) {
  return line.size() > 3 && line.front() == '<' && is_letter(line[1]) && line.back() == '>';
}

bool is_assignment(std::string_view line) {
  const auto space = line.find(' ');
  return space != line.npos && line.substr(space).starts_with(" = ") && line.find_first_of("([.'\"") != line.npos;
}

bool is_code(std::string_view line) {
  if (one_of(line.back(), ";{}")) return true;
  if (begins_like_code(line) || is_markup(line))
    return one_of(line.back(), ":;{}()>,]") || line.find_first_of("(=<{") != line.npos;
  return is_assignment(line);
}

std::size_t count_of(std::string_view line, char mark) {
  std::size_t count = 0;
  for (auto at = line.find(mark); at != line.npos; at = line.find(mark, at + 1)) ++count;
  return count;
}

void count_line(std::string_view raw, Structure& found) {
  const auto line = trimmed(raw);
  if (line.empty()) return;
  ++found.lines;
  found.code_lines += is_code(line);
  found.option_lines += is_option(line);
  found.list_lines += is_list_item(line);
  found.field_lines += is_field(line);
  found.table_lines += count_of(line, '|') + count_of(line, '\t') >= 2;
  if (line.starts_with("```")) ++found.fences;
}

void count_window(std::string_view window, Structure& found) {
  found.bytes += static_cast<int>(window.size());
  while (!window.empty()) {
    const auto end = window.find('\n');
    count_line(window.substr(0, end), found);
    if (end == window.npos) return;
    window.remove_prefix(end + 1);
  }
}

}  // namespace

Structure structure_of(const Tokens& tokens) {
  Structure found{tokens.counts()};
  const auto text = tokens.source();
  found.length = text.size();
  const auto windows = windows_of(text);
  count_window(windows.head, found);
  count_window(windows.tail, found);
  const auto first = windows.head.find_first_not_of(" \t\r\n");
  found.starts_low = first != text.npos && text[first] >= 'a' && text[first] <= 'z';
  return found;
}

}  // namespace headgate::classify
