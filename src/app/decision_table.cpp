#include "decision_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "decision_words.hpp"

namespace headgate::app {
namespace {

constexpr std::size_t most_lines = 50;
constexpr std::string_view unknown = "unknown";

struct Column {
  std::string_view title;
  const Told<double> ToldCandidate::*value;
  std::string (*write)(double);
};

// Sums of these are compared, so they are written alike.
std::string points(double score) { return score == 0 ? "0.00" : fmt::format("{:+.2f}", score); }

std::string tokens(double count) { return fmt::format("{:.0f}", count); }

constexpr std::array columns{Column{"CHANCE", &ToldCandidate::probability, percent},
                             Column{"CACHED", &ToldCandidate::cached, tokens},
                             Column{"EXPECTED COST", &ToldCandidate::expected_cost, dollars},
                             Column{"QUALITY", &ToldCandidate::quality, points},
                             Column{"COST", &ToldCandidate::cost, points},
                             Column{"LATENCY", &ToldCandidate::latency, points},
                             Column{"HEALTH", &ToldCandidate::health, points}};

bool is_told(const Decision& decision, const Told<double> ToldCandidate::*value) {
  return std::any_of(decision.candidates.begin(), decision.candidates.end(),
                     [=](const ToldCandidate& one) { return (one.*value).is_told; });
}

std::string shown(const Text& text) { return text.value_or(std::string(unknown)); }

using Row = std::vector<std::string>;

std::vector<Row> rows_of(const Decision& decision) {
  std::vector<Row> rows{{"", "MODEL", "PROVIDER"}};
  std::vector<Column> told;
  for (const auto& column : columns)
    if (is_told(decision, column.value)) told.push_back(column);
  for (const auto& column : told) rows.front().emplace_back(column.title);
  for (const auto& candidate : decision.candidates) {
    if (rows.size() > most_lines) break;
    Row row{std::to_string(rows.size()), shown(candidate.model), shown(candidate.provider)};
    for (const auto& column : told) {
      const auto& value = (candidate.*column.value).value;
      row.push_back(value ? column.write(*value) : std::string(unknown));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string cell(std::string_view text, std::size_t width, bool is_name) {
  return is_name ? fmt::format("  {:<{}}", text, width) : fmt::format("  {:>{}}", text, width);
}

// Names to the left, numbers to the right.
std::string aligned(const std::vector<Row>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width_of(row[i]));
  std::string table;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) table += cell(row[i], widths[i], i == 1 || i == 2);
    table.erase(table.find_last_not_of(' ') + 1);
    table += "\n";
  }
  return table;
}

std::string and_more(std::size_t count) {
  return count <= most_lines ? "" : fmt::format("  ... and {} more; --json shows all\n", count - most_lines);
}

std::string why(const ToldExclusion& excluded) {
  if (excluded.detail) return *excluded.detail;
  return excluded.reason ? reason_in_words(*excluded.reason) : "nobody says why";
}

}  // namespace

std::string candidates_table(const Decision& decision) {
  return aligned(rows_of(decision)) + and_more(decision.candidates.size());
}

std::string score_legend(const Decision& decision) {
  if (decision.candidates.size() < 2 || !is_told(decision, &ToldCandidate::quality)) return "";
  return wrapped("",
                 "Chance is how likely a model is to be asked first; every request draws anew. The last four columns "
                 "add up to a model's score, and a higher score means a better chance: quality raises it; being dear, "
                 "slow or unreliable lowers it.");
}

std::string excluded_table(const Decision& decision) {
  std::vector<Row> rows;
  std::size_t width = 0;
  for (const auto& one : decision.excluded) {
    if (rows.size() == most_lines) break;
    rows.push_back({shown(one.model), why(one)});
    width = std::max(width, width_of(rows.back().front()));
  }
  std::string table;
  for (const auto& row : rows) table += fmt::format("  {:<{}}  {}\n", row[0], width, row[1]);
  return table + and_more(decision.excluded.size());
}

}  // namespace headgate::app
