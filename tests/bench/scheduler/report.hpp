// Tables in Markdown, and rows of JSON for the picture.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "budget_run.hpp"
#include "tally.hpp"

namespace headgate::simulation {

// One policy, all seeds.
struct Series {
  std::string_view policy;
  std::vector<Outcome> outcomes;
};

// Of one policy, with so many answers rated.
struct FeedbackSeries {
  double share;
  Series series;
};

void print_tables(std::ostream& out, const std::vector<Series>& all, const std::vector<std::string>& models,
                  core::Duration window);
void print_budgets(std::ostream& out, const std::vector<BudgetSeries>& all);
void print_feedback(std::ostream& out, const std::vector<FeedbackSeries>& all, core::Duration window);
void print_rows(std::ostream& out, const std::vector<Series>& all);

}  // namespace headgate::simulation
