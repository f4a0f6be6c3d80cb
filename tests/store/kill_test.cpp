#include <gtest/gtest.h>

#include <set>

#include "child.hpp"
#include "headgate/store/rebuild.hpp"
#include "support.hpp"
#include "support/random.hpp"

namespace headgate::store {
namespace {

using core::Money;

budget::Settings one_budget() {
  budget::Settings settings;
  budget::Budget budget;
  budget.name = "day";
  budget.limit = Money::dollars(1);
  settings.budgets.push_back(budget);
  return settings;
}

// Starts a writer, lets it get somewhere, kills it, and says what it had acknowledged.
std::vector<std::string> acknowledged(const std::string& file, const std::string& prefix, std::size_t lines) {
  test::Child child({LEDGER_APPENDER, file, prefix});
  std::vector<std::string> ids;
  while (ids.size() < lines) {
    auto id = child.line();
    if (id.empty()) break;
    ids.push_back(std::move(id));
  }
  child.kill();
  for (auto id = child.line(); !id.empty(); id = child.line()) ids.push_back(std::move(id));
  return ids;
}

void expect_whole(Ledger& ledger, const std::set<std::string>& promised) {
  std::set<std::string> found;
  Money sum;
  for (const auto& row : test::rows(ledger)) {
    EXPECT_TRUE(found.insert(row.request_id).second) << row.request_id << " twice";
    sum += *row.cost;
  }
  for (const auto& id : promised) EXPECT_TRUE(found.contains(id)) << id << " lost";

  budget::Book book(one_budget());
  const budget::Now now{core::TimePoint(std::chrono::hours(1000)), std::chrono::system_clock::now()};
  const auto rebuilt = rebuild(ledger, book, now);
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(rebuilt->total, sum);
  EXPECT_EQ(rebuilt->rows, found.size());
  EXPECT_EQ(book.states(now).front().tally.spent, sum);
}

}  // namespace

TEST(LedgerUnderKill, LosesAndDoublesNothingThatWasAcknowledged) {
  const test::Folder folder;
  const auto file = folder / "ledger.db";
  headgate::test::Random random(3);
  std::set<std::string> promised;
  for (int round = 0; round < 100 && !HasFailure(); ++round) {
    const auto ids = acknowledged(file, "r" + std::to_string(round), random.below(120));
    for (const auto& id : ids) EXPECT_TRUE(promised.insert(id).second);
    const auto ledger = test::open(file);
    ASSERT_TRUE(ledger);
    expect_whole(*ledger, promised);
  }
  EXPECT_GT(promised.size(), 1000u);
}

}  // namespace headgate::store
