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

// How often each sort of ASCII mark comes, four counts in one number: there are fewer than 2^16 bytes.
using Marks = std::uint64_t;
constexpr unsigned operators_at = 0, brackets_at = 16, quotes_at = 32, questions_at = 48;

constexpr auto ascii_marks = [] {
  std::array<Marks, 128> marks{};
  const auto put = [&](std::string_view set, unsigned at) {
    for (const char c : set) marks[static_cast<std::size_t>(c)] += Marks{1} << at;
  };
  put("+=^<>*/\\%$", operators_at);
  put("{}[]();_", brackets_at);
  put("\"`", quotes_at);
  put("?", questions_at);
  return marks;
}();

constexpr auto may_close = [] {
  std::array<bool, 128> closes{};
  for (const char c : std::string_view(".!)}\"'`")) closes[static_cast<std::size_t>(c)] = true;
  return closes;
}();

void add_marks(Marks marks, Structure& found) {
  const auto count = [marks](unsigned at) { return static_cast<int>(marks >> at & 0xFFFF); };
  found.operators += count(operators_at);
  found.brackets += count(brackets_at);
  found.quotes += count(quotes_at);
  found.questions += count(questions_at);
}

void count_beyond_ascii(char32_t value, Structure& found) {
  const bool symbol = (value >= 0x2190 && value <= 0x22FF) || value == 0xB2 || value == 0xD7 || value == 0xF7;
  found.operators += symbol || (value >= 0x1D400 && value <= 0x1D7FF);
  found.quotes += (value >= 0x201C && value <= 0x201E) || value == 0xAB || (value >= 0x300C && value <= 0x300F);
  found.questions += value == 0x61F;
}

void count_points(std::string_view window, Structure& found) {
  static_assert(2 * window_size < 0x10000);
  bool in_number = false;
  Marks marks = 0;
  int numbers = 0, latin = 0;
  char32_t last = found.last;
  while (!window.empty()) {
    const auto [value, kind, size] = read_point(window);
    window.remove_prefix(size);
    const bool is_ascii = value < ascii_marks.size();
    const bool is_letter = kind == Kind::letter || kind == Kind::dense;
    numbers += kind == Kind::digit && !in_number;
    in_number = kind == Kind::digit || (in_number && (value == '.' || value == ','));
    if (kind != Kind::gap || (is_ascii && may_close[value])) last = value;
    if (is_ascii) {
      marks += ascii_marks[value];
      latin += is_letter;
    } else {
      count_beyond_ascii(value, found);
      if (is_letter) ++found.scripts[static_cast<std::size_t>(script_of(value))];
    }
  }
  add_marks(marks, found);
  found.numbers += numbers;
  found.scripts[static_cast<std::size_t>(Script::latin)] += latin;
  found.last = last;
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
