#include "row_lines.hpp"

#include <algorithm>

namespace headgate::catalog {

using core::Result;

namespace {

Result<RowLine> read_line(std::string_view line, std::string place) {
  if (line.size() > max_line) return at(place, wrong("a row has at most " + std::to_string(max_line) + " bytes"));
  auto json = parse_row(line);
  if (!json) return at(place, no_row());
  auto head = read_head(*json);
  if (!head) return at(place, head.error());
  return RowLine{line, std::move(place), std::move(*json), std::move(*head)};
}

}  // namespace

core::Error at(const std::string& place, const core::Error& error) { return wrong(place + ": " + error.message()); }

Result<void> each_row(const Text& text, const std::function<Result<void>(RowLine)>& take) {
  if (text.rows.size() > max_text)
    return wrong(text.name + " is larger than " + std::to_string(max_text >> 20) + " MiB; split it");
  std::size_t number = 0;
  for (std::string_view rest = text.rows; !rest.empty();) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    auto row = read_line(line, text.name + ":" + std::to_string(number));
    if (!row) return row.error();
    if (auto taken = take(std::move(*row)); !taken) return taken;
  }
  return {};
}

}  // namespace headgate::catalog
