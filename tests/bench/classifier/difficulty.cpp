// difficulty_evaluate ROWS.jsonl: what the shipped difficulty recovers of the gap between a weak and a strong model, by
// source, and how fast. A row is {"text": ..., "weak": ..., "strong": ..., "source": ...}. Rows it has learned from
// look better than they are: `tools/train-difficulty ROWS evaluate` prints cross-validated figures.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "headgate/classify/difficulty.hpp"

namespace {

using headgate::classify::Difficulty;

struct Row {
  std::string text;
  std::string source;
  double weak = 0;
  double uplift = 0;
  float difficulty = 0;
};

using Rows = std::vector<Row>;

Rows read_rows(const char* path, const Difficulty& difficulty) {
  Rows rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto json = nlohmann::json::parse(line);
    const double weak = json.at("weak");
    rows.push_back({json.at("text"), json.at("source"), weak, json.at("strong").get<double>() - weak, 0});
    rows.back().difficulty = difficulty.of(rows.back().text);
  }
  return rows;
}

double total_uplift(const Rows& rows, std::size_t count) {
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) total += rows[i].uplift;
  return total;
}

void print(const std::string& name, Rows rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.difficulty > b.difficulty; });
  double difficulty = 0;
  for (const auto& row : rows) difficulty += static_cast<double>(row.difficulty);
  const auto count = static_cast<double>(rows.size());
  const auto all = total_uplift(rows, rows.size());
  std::printf("| %-40s | %5zu | %.3f | %6.3f |", name.c_str(), rows.size(), difficulty / count, all / count);
  for (const std::size_t percent : {10U, 30U, 50U})
    std::printf(" %6.3f |", all > 0 ? total_uplift(rows, rows.size() * percent / 100) / all : 0);
  std::puts("");
}

void print_quality(const Rows& rows) {
  std::map<std::string, Rows> by_source;
  for (const auto& row : rows) {
    by_source[row.source].push_back(row);
    if (row.source.starts_with("mmlu_")) by_source["mmlu"].push_back(row);
  }
  std::puts("| rows | n | mean difficulty | mean uplift | recovered at 10 % | 30 % | 50 % strong calls |");
  std::puts("| --- | --- | --- | --- | --- | --- | --- |");
  for (const auto& [name, of_source] : by_source) print(name, of_source);
  print("all", rows);
}

double cpu_micros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

// Every row, repeated until it is 4 kB long. The time of this thread, which a busy machine does not change.
void print_time(const Difficulty& difficulty, const Rows& rows) {
  std::vector<double> micros;
  double sum = 0;
  for (const auto& row : rows) {
    std::string text;
    while (text.size() < 4096 && !row.text.empty()) text += row.text;
    const auto start = cpu_micros();
    sum += static_cast<double>(difficulty.of(text));
    micros.push_back(cpu_micros() - start);
  }
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double q) {
    return micros[static_cast<std::size_t>(q * static_cast<double>(micros.size() - 1))];
  };
  std::printf("4 kB of text, %zu calls: p50 %.0f us, p99 %.0f us, longest %.0f us (mean difficulty %.2f)\n",
              micros.size(), quantile(0.5), quantile(0.99), micros.back(), sum / static_cast<double>(micros.size()));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fputs("usage: difficulty_evaluate ROWS.jsonl\n", stderr), 2;
  const Difficulty difficulty;
  const auto rows = read_rows(arguments[1], difficulty);
  if (rows.empty()) return std::fputs("no rows\n", stderr), 1;
  print_quality(rows);
  print_time(difficulty, rows);
}
