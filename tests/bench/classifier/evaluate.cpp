// classifier_evaluate ROWS.jsonl [SOURCE ...]: how well the shipped classifier does on labelled rows, and how fast.
// A row is {"text": ..., "label": ..., "source": ...}. Sources that are named are left out (for instance those it was
// trained on).
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "headgate/classify/classifier.hpp"

namespace {

using namespace headgate;

struct Row {
  std::string text;
  std::string label;
  std::string source;
};

struct Outcome {
  bool right = false;
  bool answered = false;
  float confidence = 0;
};

using Outcomes = std::vector<Outcome>;

std::vector<Row> read_rows(const char* path, const std::set<std::string>& left_out) {
  std::vector<Row> rows;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const auto row = nlohmann::json::parse(line);
    if (!left_out.contains(row.at("source"))) rows.push_back({row.at("text"), row.at("label"), row.at("source")});
  }
  return rows;
}

Outcome judge(const classify::Classifier& classifier, const Row& row) {
  const auto profile = classifier.classify({.last_user = row.text, .system = {}});
  const auto best = std::max_element(profile.probabilities.begin(), profile.probabilities.end());
  const auto said = core::capability_names[static_cast<std::size_t>(best - profile.probabilities.begin())];
  return {said == row.label, profile.capability.has_value(), profile.confidence};
}

double share_right(const Outcomes& outcomes) {
  const auto right = std::count_if(outcomes.begin(), outcomes.end(), [](const Outcome& o) { return o.right; });
  return outcomes.empty() ? 0 : static_cast<double>(right) / static_cast<double>(outcomes.size());
}

Outcomes answered(Outcomes outcomes) {
  std::erase_if(outcomes, [](const Outcome& o) { return !o.answered; });
  return outcomes;
}

Outcomes most_confident(Outcomes outcomes) {
  std::stable_sort(outcomes.begin(), outcomes.end(),
                   [](const Outcome& a, const Outcome& b) { return a.confidence > b.confidence; });
  outcomes.resize(outcomes.size() * 7 / 10);
  return outcomes;
}

void print(const std::string& name, const Outcomes& outcomes) {
  const auto kept = answered(outcomes);
  std::printf("| %-22s | %5zu | %.3f | %.3f | %.3f | %.3f |\n", name.c_str(), outcomes.size(), share_right(outcomes),
              static_cast<double>(kept.size()) / static_cast<double>(std::max<std::size_t>(outcomes.size(), 1)),
              share_right(kept), share_right(most_confident(outcomes)));
}

void print_quality(const classify::Classifier& classifier, const std::vector<Row>& rows) {
  std::map<std::string, Outcomes> by_source, by_label;
  Outcomes all;
  for (const auto& row : rows) {
    const auto outcome = judge(classifier, row);
    by_source[row.source].push_back(outcome);
    by_label[row.label].push_back(outcome);
    all.push_back(outcome);
  }
  std::puts("| rows                   |     n | right | answered | right of these | right of the surest 70 % |");
  std::puts("| --- | --- | --- | --- | --- | --- |");
  for (const auto& [name, outcomes] : by_source) print(name, outcomes);
  for (const auto& [name, outcomes] : by_label) print(name, outcomes);
  print("all", all);
}

double cpu_micros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

double quantile(const std::vector<double>& sorted, double q) {
  return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
}

// Every row, repeated until it is 4 kB long. The time of this thread, which a busy machine does not change.
void print_time(const classify::Classifier& classifier, const std::vector<Row>& rows) {
  std::vector<double> micros;
  float sum = 0;
  for (const auto& row : rows) {
    std::string text;
    while (text.size() < 4096 && !row.text.empty()) text += row.text;
    text.resize(std::min<std::size_t>(text.size(), 4096));
    for (int i = 0; i < 3; ++i) {
      const auto start = cpu_micros();
      sum += classifier.classify({.last_user = text, .system = {}}).confidence;
      micros.push_back(cpu_micros() - start);
    }
  }
  std::sort(micros.begin(), micros.end());
  std::printf("4 kB of text, %zu calls: p50 %.0f us, p99 %.0f us, longest %.0f us (mean confidence %.2f)\n",
              micros.size(), quantile(micros, 0.5), quantile(micros, 0.99), micros.back(),
              static_cast<double>(sum) / static_cast<double>(micros.size()));
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return std::fputs("usage: classifier_evaluate ROWS.jsonl [SOURCE ...]\n", stderr), 2;
  const auto rows = read_rows(arguments[1], {arguments + 2, arguments + count});
  if (rows.empty()) return std::fputs("no rows\n", stderr), 1;
  const classify::Classifier classifier;
  print_quality(classifier, rows);
  print_time(classifier, rows);
}
