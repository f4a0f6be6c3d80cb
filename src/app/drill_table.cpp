#include "drill_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "printable.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::array<std::string, 6>;

std::string text_of(const Json& json) { return json.is_string() ? json.get<std::string>() : "-"; }

std::string answered_by(const Json& check) {
  if (!check.at("model").is_string()) return "-";
  return check.at("model").get<std::string>() + " at " + text_of(check.at("provider_answered"));
}

std::string cost_of(const Json& check) {
  const auto& cost = check.at("cost_usd");
  return cost.is_number() ? fmt::format("${:.6f}", cost.get<double>()) : "-";
}

Row row_of(const Json& check) {
  const bool was_asked = check.at("request_id").is_string();
  return {text_of(check.at("pool")),
          text_of(check.at("provider")),
          text_of(check.at("result")),
          answered_by(check),
          was_asked ? fmt::format("{} ms", check.at("took_ms").get<std::int64_t>()) : "-",
          cost_of(check)};
}

std::string lines_of(const std::vector<Row>& rows) {
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size() + 2);
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i + 1 < row.size(); ++i) text += fmt::format("{:<{}}", row[i], widths[i]);
    text += row.back() + "\n";
  }
  return text;
}

std::string tagged_lines(const Json& report) {
  std::string text;
  if (!report.contains("tagged")) return text;
  for (const auto& one : report["tagged"])
    text += fmt::format("tagged requests without {}: {}, of which {} failed\n", text_of(one.at("provider")),
                        one.at("requests").get<std::uint64_t>(), one.at("failed").get<std::uint64_t>());
  return text;
}

std::string details_of(const std::vector<Json>& checks) {
  std::string text;
  for (const auto& check : checks)
    if (check.at("detail").is_string()) {
      text += text_of(check.at("pool")) + " without " + text_of(check.at("provider")) + ": ";
      append_printable(text, text_of(check.at("detail")));
      text += "\n";
    }
  return text;
}

}  // namespace

std::string drill_table(const Json& report) {
  std::vector<Json> checks(report.at("checks").begin(), report.at("checks").end());
  std::stable_sort(checks.begin(), checks.end(),
                   [](const Json& a, const Json& b) { return text_of(a.at("pool")) < text_of(b.at("pool")); });
  std::vector<Row> rows{{"POOL", "WITHOUT", "RESULT", "ANSWERED BY", "TOOK", "COST"}};
  for (const auto& check : checks) rows.push_back(row_of(check));
  const auto good =
      std::count_if(checks.begin(), checks.end(), [](const Json& check) { return check.at("result") == "passed"; });
  return lines_of(rows) + details_of(checks) + tagged_lines(report) +
         fmt::format("{}: {} of {} checks passed, mode {}\n", report.at("passed").get<bool>() ? "passed" : "failed",
                     good, checks.size(), text_of(report.at("mode")));
}

}  // namespace headgate::app
