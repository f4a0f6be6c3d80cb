#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <string>

namespace headgate::simulation {
namespace {

using Measure = std::function<double(const Tally&)>;
using Part = std::array<Tally, phase_count> Outcome::*;

struct Spread {
  double mean = 0, deviation = 0;
};

Spread spread(const std::vector<double>& values) {
  Spread found;
  const auto count = static_cast<double>(values.size());
  for (const double value : values) found.mean += value / count;
  for (const double value : values) found.deviation += (value - found.mean) * (value - found.mean);
  found.deviation = count > 1 ? std::sqrt(found.deviation / (count - 1)) : 0;
  return found;
}

// Of nothing there is no mean.
std::string text(double value, int digits, const char* nothing = "none") {
  if (!std::isfinite(value)) return nothing;
  std::array<char, 64> out{};
  std::snprintf(out.data(), out.size(), "%.*f", digits, value);
  return out.data();
}

std::string text(Spread value, int digits) { return text(value.mean, digits) + " ± " + text(value.deviation, digits); }

Spread over_seeds(const Series& series, Part part, std::size_t phase, const Measure& measure) {
  std::vector<double> values;
  for (const auto& outcome : series.outcomes) values.push_back(measure((outcome.*part)[phase]));
  return spread(values);
}

void print_head(std::ostream& out, std::string_view title, std::string_view first) {
  out << "\n**" << title << "**\n\n| " << first << " |";
  for (const auto name : phase_names) out << ' ' << name << " |";
  out << "\n| --- |";
  for (std::size_t i = 0; i < phase_count; ++i) out << " ---: |";
  out << '\n';
}

// Who breaks the floor is marked: cheap answers that were not wanted are no feat.
constexpr double tolerated_below_floor = 0.05;

void print_table(std::ostream& out, const std::vector<Series>& all, Part part, std::string_view title,
                 const Measure& measure, int digits) {
  print_head(out, title, "policy");
  const Measure below = [](const Tally& tally) { return tally.below_floor_share(); };
  for (const auto& series : all) {
    out << "| " << series.policy << " |";
    for (std::size_t i = 0; i < phase_count; ++i) {
      const bool breaks_floor = over_seeds(series, part, i, below).mean > tolerated_below_floor;
      out << ' ' << text(over_seeds(series, part, i, measure), digits) << (breaks_floor ? " †" : "") << " |";
    }
    out << '\n';
  }
}

// Half the width of the interval of 95 %, by Student's t.
double confidence(const std::vector<double>& values) {
  if (values.size() < 2) return std::numeric_limits<double>::infinity();
  constexpr double z = 1.96;
  const auto freedom = static_cast<double>(values.size() - 1);
  const double t =
      z + (z * z * z + z) / (4 * freedom) + (5 * std::pow(z, 5) + 16 * z * z * z + 3 * z) / (96 * freedom * freedom);
  return t * spread(values).deviation / std::sqrt(static_cast<double>(values.size()));
}

// Seed by seed, as all meet the same luck.
void print_comparison(std::ostream& out, const std::vector<Series>& all, Part part, std::string_view title,
                      const Measure& measure) {
  print_head(out, title, std::string(all.front().policy) + ", next to");
  for (const auto& other : all) {
    if (&other == &all.front()) continue;
    out << "| " << other.policy << " |";
    for (std::size_t i = 0; i < phase_count; ++i) {
      std::vector<double> values;
      for (std::size_t seed = 0; seed < other.outcomes.size(); ++seed)
        values.push_back(
            100 * (measure((all.front().outcomes[seed].*part)[i]) / measure((other.outcomes[seed].*part)[i]) - 1));
      out << ' ' << text(spread(values).mean, 1) << " ± " << text(confidence(values), 1) << " |";
    }
    out << '\n';
  }
}

// The median of the seeds, the higher one of two, and the worst; none stands behind all others.
std::string settling(const Series& series, std::size_t phase, core::Duration window) {
  std::vector<double> found;
  for (const auto& outcome : series.outcomes) {
    const auto& settled = outcome.settled[phase];
    found.push_back(settled ? std::chrono::duration<double>(*settled) / window
                            : std::numeric_limits<double>::infinity());
  }
  std::sort(found.begin(), found.end());
  const auto word = [](double value) { return std::isinf(value) ? "never" : text(value, 1); };
  const auto in_time = std::count_if(found.begin(), found.end(), [](double windows) { return windows <= 2; });
  return word(found[found.size() / 2]) + " (" + word(found.back()) + "; " + std::to_string(in_time) + ")";
}

void print_settling(std::ostream& out, const std::vector<Series>& all, core::Duration window) {
  print_head(out, "Windows until choices stay close to the best: median of the seeds (the worst; how many within two)",
             "policy");
  for (const auto& series : all) {
    out << "| " << series.policy << " |";
    for (std::size_t i = 0; i < phase_count; ++i) out << ' ' << settling(series, i, window) << " |";
    out << '\n';
  }
}

// Of the first seed.
void print_asked(std::ostream& out, const Series& series, const std::vector<std::string>& models, bool codes) {
  print_head(out, std::string("Asked first by ") + std::string(series.policy) + (codes ? ", code, %" : ", chat, %"),
             "model");
  for (ModelIndex model = 0; model < models.size(); ++model) {
    out << "| " << models[model] << " |";
    for (const auto& tally : series.outcomes.front().phases) {
      const auto& asked = codes ? tally.codes : tally.chats;
      double all = 0;
      for (const auto& [other, count] : asked) all += static_cast<double>(count);
      const auto found = asked.find(model);
      out << ' ' << (found == asked.end() ? "" : text(100 * static_cast<double>(found->second) / all, 1)) << " |";
    }
    out << '\n';
  }
}

}  // namespace

void print_tables(std::ostream& out, const std::vector<Series>& all, const std::vector<std::string>& models,
                  core::Duration window) {
  const auto table = [&](std::string_view title, int digits, const Measure& measure, Part part = &Outcome::phases) {
    print_table(out, all, part, title, measure, digits);
  };
  const Measure answer = [](const Tally& t) { return 1000 * t.per_answer(); };
  const Measure usable = [](const Tally& t) { return 1000 * t.per_usable(); };
  const Measure below = [](const Tally& t) { return 100 * t.below_floor_share(); };
  const auto last = &Outcome::last_windows;
  table("Dollars per 1,000 successes (whole answers), last window of each phase", 3, answer, last);
  table("Dollars per 1,000 usable answers, last window of each phase", 3, usable, last);
  table("Answers of models below the quality floor, %, last window of each phase", 1, below, last);
  const std::string next_to = ", difference in %, mean of the seeds and its interval of 95 %";
  print_comparison(out, all, last, "Dollars per success, last window of each phase" + next_to, answer);
  print_comparison(out, all, last, "Dollars per usable answer, last window of each phase" + next_to, usable);
  print_comparison(out, all, &Outcome::phases, "Dollars per usable answer" + next_to, usable);
  table("Dollars per 1,000 successes (whole answers)", 3, answer);
  table("Dollars per 1,000 usable answers", 3, usable);
  table("Answers of models below the quality floor, %", 1, below);
  table("Cost, dollars", 2, [](const Tally& t) { return t.dollars; });
  table("Requests answered whole, %", 2, [](const Tally& t) { return 100 * t.share(t.answered); });
  table("First token, p95, s", 2, [](const Tally& t) { return t.p95_first_token(); });
  table("True quality of the answers, mean", 3, [](const Tally& t) { return t.mean_quality(); });
  table("Choices dearer than the best, %", 1, [](const Tally& t) { return 100 * t.excess(); });
  print_settling(out, all, window);
  for (const bool codes : {false, true}) print_asked(out, all.front(), models, codes);
}

void print_budgets(std::ostream& out, const std::vector<BudgetSeries>& all) {
  out << "\n**A budget that fits half the demand**\n\n| spending is | most in any window, % of the limit | "
         "overshoot, % | answered, % |\n| --- | ---: | ---: | ---: |\n";
  for (const auto& series : all) {
    std::vector<double> most, over, answered;
    for (const auto& one : series.outcomes) {
      most.push_back(100 * one.most_used);
      over.push_back(100 * std::max(0.0, one.most_used - 1));
      answered.push_back(100 * one.answered);
    }
    out << "| " << series.name << " | " << text(spread(most), 2) << " | " << text(spread(over), 2) << " | "
        << text(spread(answered), 1) << " |\n";
  }
}

void print_feedback(std::ostream& out, const std::vector<FeedbackSeries>& all, core::Duration window) {
  constexpr auto step = static_cast<std::size_t>(Phase::quality);
  const auto below = [](const Tally& t) { return 100 * t.below_floor_share(); };
  out << "\n**How many users say what they think: Headgate, cost, after the quality step**\n\n| answers rated, % | "
         "windows "
         "until choices stay close to the best | below the floor, % | in the last window, % |\n"
         "| ---: | ---: | ---: | ---: |\n";
  for (const auto& [share, series] : all)
    out << "| " << text(100 * share, 0) << " | " << settling(series, step, window) << " | "
        << text(over_seeds(series, &Outcome::phases, step, below), 1) << " | "
        << text(over_seeds(series, &Outcome::last_windows, step, below), 1) << " |\n";
}

void print_rows(std::ostream& out, const std::vector<Series>& all) {
  for (const auto& series : all)
    for (std::size_t i = 0; i < phase_count; ++i) {
      const auto cost =
          over_seeds(series, &Outcome::last_windows, i, [](const Tally& t) { return 1000 * t.per_usable(); });
      const auto below =
          over_seeds(series, &Outcome::last_windows, i, [](const Tally& t) { return t.below_floor_share(); });
      out << R"({"policy":")" << series.policy << R"(","phase":")" << phase_names[i] << R"(","cost":)"
          << text(cost.mean, 6, "null") << R"(,"deviation":)" << text(cost.deviation, 6, "null")
          << R"(,"breaks_floor":)" << (below.mean > tolerated_below_floor ? "true" : "false") << R"(,"seeds":)"
          << series.outcomes.size() << "}\n";
    }
}

}  // namespace headgate::simulation
