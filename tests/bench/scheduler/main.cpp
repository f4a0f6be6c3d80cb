// scheduler_simulation DIRECTORY_OF_TRACES [SEEDS [ROWS.jsonl]]: tables on standard output.
#include <charconv>
#include <fstream>
#include <iostream>
#include <optional>

#include "report.hpp"

using namespace headgate;
using namespace headgate::simulation;

namespace {

int fail(const std::string& why) {
  std::cerr << "scheduler_simulation: " << why << '\n';
  return 2;
}

// `10`: from 1 to 10; `101-110`.
struct Seeds {
  std::uint64_t first = 1, last = 5;
};

std::optional<Seeds> read_seeds(std::string_view text) {
  const auto number = [](std::string_view part) {
    std::uint64_t value = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), value);
    return read.ec == std::errc() && read.ptr == part.data() + part.size() ? value : 0;
  };
  const auto dash = text.find('-');
  const Seeds seeds{dash == text.npos ? 1 : number(text.substr(0, dash)),
                    number(dash == text.npos ? text : text.substr(dash + 1))};
  const bool is_sound = seeds.first > 0 && seeds.last >= seeds.first && seeds.last - seeds.first < 100;
  return is_sound ? std::optional(seeds) : std::nullopt;
}

Series run(const NamedPolicy& policy, const routing::Settings& settings, const Trace& trace, const Options& options,
           Seeds seeds) {
  Series series{policy.name, {}};
  for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
    const World world(settings, Draws(seed), trace);
    const auto results = simulate(world, trace, policy, options, seed).results;
    series.outcomes.push_back(tally(results, world, settings.scheduler.window));
  }
  return series;
}

std::vector<Series> run_all(const routing::Settings& settings, const Trace& trace, Seeds seeds) {
  std::vector<Series> all;
  for (const auto& policy : policies()) all.push_back(run(policy, settings, trace, {}, seeds));
  return all;
}

std::vector<FeedbackSeries> run_feedback(const routing::Settings& settings, const Trace& trace, Seeds seeds) {
  std::vector<FeedbackSeries> all;
  for (const double share : {0.02, 0.05, 0.1, 0.2, 0.4}) {
    Options options;
    options.feedback_share = share;
    all.push_back({share, run(policies().front(), settings, trace, options, seeds)});
  }
  return all;
}

std::vector<BudgetSeries> run_budgets(const routing::Settings& settings, const Trace& trace, Seeds seeds) {
  std::vector<BudgetSeries> all{{"reserved before, settled after (Headgate)", {}},
                                {"looked at before, counted after", {}}};
  for (auto seed = seeds.first; seed <= seeds.last; ++seed) {
    const World world(settings, Draws(seed), trace);
    for (const bool reserves : {true, false})
      all[reserves ? 0 : 1].outcomes.push_back(run_on_a_budget(world, trace, reserves, seed));
  }
  return all;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || count > 4) return fail("usage: scheduler_simulation DIRECTORY_OF_TRACES [SEEDS [ROWS.jsonl]]");
  const auto trace = read_traces(arguments[1]);
  if (!trace) return fail(trace.error().detail().empty() ? trace.error().message() : trace.error().detail());
  const auto settings = pool_of_the_world();
  if (!settings) return fail(settings.error().message());
  const auto seeds = count > 2 ? read_seeds(arguments[2]) : Seeds();
  if (!seeds) return fail("SEEDS is their number or their range, as 10 or 101-110; at most 100");

  std::cout << trace->arrivals.size() << " requests a phase, "
            << std::chrono::duration_cast<std::chrono::minutes>(trace->length).count() << " minutes each, seeds "
            << seeds->first << " to " << seeds->last << "\n";
  const auto all = run_all(*settings, *trace, *seeds);
  print_tables(std::cout, all, settings->pools[0].models, settings->scheduler.window);
  print_feedback(std::cout, run_feedback(*settings, *trace, *seeds), settings->scheduler.window);
  print_budgets(std::cout, run_budgets(*settings, *trace, *seeds));
  if (count > 3) {
    std::ofstream rows(arguments[3]);
    print_rows(rows, all);
    if (!rows.flush()) return fail(std::string(arguments[3]) + " cannot be written");
  }
}
