#include "structure.hpp"

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
  const auto colon = line.find(':');
  return colon != std::string_view::npos && colon > 0 && colon < 24 && is_letter(line.front());
}

bool begins_like_code(std::string_view line) {
  constexpr std::string_view openings[] = {
      "def ",   "class ", "import ", "from ", "#include", "func ",   "function ", "public ", "private ", "return ",
      "const ", "let ",   "var ",    "if (",  "for (",    "while (", "SELECT ",   "CREATE ", "</",       ">>> ",
      "//",     "/*",     "@",       "$ ",    "fn ",      "using ",  "struct ",   "else"};
  for (const auto opening : openings)
    if (line.starts_with(opening)) return true;
  return line.size() > 3 && line.front() == '<' && is_letter(line[1]) && line.back() == '>';
}

bool is_code(std::string_view line) {
  if (one_of(line.back(), ";{}")) return true;
  if (begins_like_code(line)) return one_of(line.back(), ":;{}()>,]") || line.find_first_of("(=<{") != line.npos;
  return line.find(" = ") != line.npos && line.find_first_of("([.'\"") != line.npos &&
         line.find(' ') == line.find(" = ");
}

void count_line(std::string_view raw, Structure& found) {
  const auto line = trimmed(raw);
  if (line.empty()) return;
  ++found.lines;
  found.code_lines += is_code(line);
  found.option_lines += is_option(line);
  found.list_lines += is_list_item(line);
  found.field_lines += is_field(line);
  std::size_t bars = 0;
  for (const char c : line) bars += c == '|' || c == '\t';
  found.table_lines += bars >= 2;
  if (line.starts_with("```")) ++found.fences;
}

void count_ascii(char c, Structure& found) {
  found.operators += one_of(c, "+=^<>*/\\%$");
  found.brackets += one_of(c, "{}[]();_");
  found.quotes += c == '"' || c == '`';
  found.questions += c == '?';
}

void count_point(char32_t value, Structure& found) {
  if (value < 0x80) count_ascii(static_cast<char>(value), found);
  const bool symbol = (value >= 0x2190 && value <= 0x22FF) || value == 0xB2 || value == 0xD7 || value == 0xF7;
  found.operators += symbol || (value >= 0x1D400 && value <= 0x1D7FF);
  found.quotes += (value >= 0x201C && value <= 0x201E) || value == 0xAB || (value >= 0x300C && value <= 0x300F);
  found.questions += value == 0x61F;
}

void count_points(std::string_view window, Structure& found) {
  bool in_number = false;
  while (!window.empty()) {
    const auto point = decode(window);
    window.remove_prefix(point.size);
    const auto value = fold(point.value);
    const auto kind = kind_of(value);
    count_point(value, found);
    found.numbers += kind == Kind::digit && !in_number;
    in_number = kind == Kind::digit || (in_number && (value == '.' || value == ','));
    if (kind == Kind::letter || kind == Kind::dense) ++found.scripts[static_cast<std::size_t>(script_of(value))];
    if (kind != Kind::gap || one_of(value < 0x80 ? static_cast<char>(value) : ' ', ".!)}\"'`")) found.last = value;
  }
}

void count_window(std::string_view window, Structure& found) {
  found.bytes += static_cast<int>(window.size());
  count_points(window, found);
  while (!window.empty()) {
    const auto end = window.find('\n');
    count_line(window.substr(0, end), found);
    if (end == window.npos) return;
    window.remove_prefix(end + 1);
  }
}

}  // namespace

Structure structure_of(std::string_view text) {
  Structure found;
  found.length = text.size();
  const auto windows = windows_of(text);
  count_window(windows.head, found);
  count_window(windows.tail, found);
  const auto first = text.substr(0, window_size).find_first_not_of(" \t\r\n");
  found.starts_low = first != text.npos && text[first] >= 'a' && text[first] <= 'z';
  return found;
}

}  // namespace headgate::classify
