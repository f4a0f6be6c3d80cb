#include <algorithm>

#include "litellm_importer.hpp"
#include "litellm_numbers.hpp"
#include "reader.hpp"
#include "text.hpp"

namespace headgate::config::litellm {
namespace {

const Node* first_of(const Node& node, std::string_view key, std::string_view other) {
  const Node* found = node.find(key);
  return found ? found : node.find(other);
}

}  // namespace

void Importer::build_budgets() {
  if (const Node* limit = child(litellm_, "max_budget"))
    add_budget({"all", {}, {}, {}, {}}, limit, child(litellm_, "budget_duration"), *limit);
  for (const Entry& entry : entries(child(router_, "provider_budget_config"))) add_provider_budget(entry);
  for (const Group& group : groups_) {
    for (const Deployment& deployment : group.deployments) {
      if (!deployment.budget) continue;
      const auto& model = deployment.model.name;
      add_budget({"model " + model, {}, model, {}, {}}, deployment.budget, deployment.budget_duration,
                 *deployment.budget);
    }
  }
  if (draft_.budgets.empty()) return;
  report_.note({"HG-1604",
                "budgets slide: what was spent counts for the length of the window, nothing is reset at its end",
                {},
                {}},
               first_budget_);
}

void Importer::add_provider_budget(const Entry& entry) {
  std::vector<const Account*> accounts;
  for (const Account& account : draft_.accounts) {
    if (account.prefix == entry.key) accounts.push_back(&account);
  }
  const std::string what = "the budget of provider " + quote(entry.key) + " is left out: ";
  if (accounts.empty()) return leave_out(entry, what + "no model on it is carried over");
  if (accounts.size() > 1) {
    return leave_out(entry,
                     what + "it is " + std::to_string(accounts.size()) +
                         " providers here, and a budget is for one of them or for everything",
                     "write one for each under `budgets`");
  }
  if (!entry.value.is_map()) return leave_out(entry, what + "it is no mapping");
  add_budget({"provider " + accounts[0]->name, accounts[0]->name, {}, {}, {}},
             first_of(entry.value, "budget_limit", "max_budget"),
             first_of(entry.value, "time_period", "budget_duration"), entry.value);
}

void Importer::add_budget(Budget budget, const Node* limit, const Node* duration, const Node& said) {
  auto amount = limit ? dollars(*limit, 0) : std::nullopt;
  if (amount == "0") amount.reset();  // LiteLLM: no budget
  const auto length = duration ? window(*duration) : std::nullopt;
  if (!amount) return leave_out(limit ? *limit : said, "a budget is left out: it has no limit in plain dollars");
  if (!length) {
    return leave_out(duration ? *duration : said,
                     duration ? "a budget is left out: " + quote(duration->text) + " is not a fixed length of time"
                              : "a budget is left out: it has no length of time",
                     "add it under `budgets` with a window such as 30d");
  }
  if (draft_.budgets.empty()) first_budget_ = limit->mark;
  budget.limit = *amount;
  budget.window = *length;
  draft_.budgets.push_back(std::move(budget));
}

}  // namespace headgate::config::litellm
