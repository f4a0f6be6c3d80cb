#include <gtest/gtest.h>

#include <array>
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

// Starts a writer, lets it get somewhere, kills it, and says what it had been promised.
std::vector<std::string> promised_to(const std::string& file, const std::string& prefix, int commit_every,
                                     std::size_t lines) {
  test::Child child({LEDGER_APPENDER, file, prefix, std::to_string(commit_every)});
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

void expect_whole(Ledger& ledger, const std::set<std::string>& promised, std::size_t most) {
  std::set<std::string> found;
  Money sum;
  for (const auto& row : test::rows(ledger)) {
    EXPECT_TRUE(found.insert(row.request_id).second) << row.request_id << " twice";
    sum += *row.cost;
  }
  for (const auto& id : promised) EXPECT_TRUE(found.contains(id)) << id << " lost";
  EXPECT_LE(found.size(), most);

  budget::Book book(one_budget());
  const budget::Now now{core::TimePoint(std::chrono::hours(1000)), std::chrono::system_clock::now()};
  const auto rebuilt = rebuild(ledger, book, now);
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(rebuilt->total, sum);
  EXPECT_EQ(rebuilt->rows, found.size());
  EXPECT_EQ(book.states(now).front().tally.spent, sum);
}

}  // namespace

TEST(LedgerUnderKill, LosesAndDoublesNothingThatItTook) {
  const test::Folder folder;
  const auto file = folder / "ledger.db";
  headgate::test::Random random(3);
  std::set<std::string> promised;
  for (std::size_t round = 0; round < 100 && !HasFailure(); ++round) {
    // From commits without end to none at all before the process is killed.
    const int commit_every = std::array{0, 1, 5, 3'600'000}[random.below(4)];
    const auto ids = promised_to(file, "r" + std::to_string(round), commit_every, random.below(200));
    for (const auto& id : ids) EXPECT_TRUE(promised.insert(id).second);
    const auto ledger = test::open(file);
    ASSERT_TRUE(ledger);
    // Each of the two threads may have been killed before it could say that a row was taken.
    expect_whole(*ledger, promised, promised.size() + 2 * (round + 1));
  }
  EXPECT_GT(promised.size(), 1000u);
}

}  // namespace headgate::store
