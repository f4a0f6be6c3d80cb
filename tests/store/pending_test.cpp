// The ledger and its journal together: what a killed process leaves in either is in the ledger once.
#include <gmock/gmock.h>

#include <set>

#include "headgate/store/sqlite_ledger.hpp"
#include "sqlite.hpp"
#include "support.hpp"

namespace headgate::store {
namespace {

using testing::HasSubstr;
using namespace test;

// Commits only when it is asked to.
SqliteLedgerSettings patient(std::string file) {
  auto settings = quick(std::move(file));
  settings.commit_every = std::chrono::hours(1);
  return settings;
}

std::unique_ptr<Ledger> open_patient(const std::string& file) {
  auto ledger = open_sqlite_ledger(patient(file));
  EXPECT_TRUE(ledger) << ledger.error().message();
  return ledger ? std::move(*ledger) : nullptr;
}

void append(Ledger& ledger, const std::string& prefix, int count) {
  for (int i = 0; i < count; ++i) ASSERT_TRUE(ledger.append(row(prefix + std::to_string(i)), nullptr));
}

void copy(const std::string& from, const std::string& to) {
  std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing);
}

void expect_rows(Ledger& ledger, std::size_t count) {
  std::set<std::string> ids;
  for (const auto& each : rows(ledger)) EXPECT_TRUE(ids.insert(each.request_id).second) << each.request_id << " twice";
  EXPECT_EQ(ids.size(), count);
  EXPECT_EQ(ledger.spend({})->total.attempts, count);
  EXPECT_EQ(ledger.spend({})->total.spent, core::Money::picodollars(1'000'000) * static_cast<std::int64_t>(count));
}

}  // namespace

TEST(PendingRows, AreBroughtInWhenTheLedgerIsOpened) {
  const Folder folder;
  const auto ledger = open_patient(folder / "ledger.db");
  append(*ledger, "a", 30);
  EXPECT_EQ(ledger->state().waiting, 30u);
  EXPECT_EQ(ledger->state().written, 0u);
  EXPECT_EQ(ledger->state().unprotected, 0u);
  copy(folder / "ledger.pending", folder / "killed.pending");
  expect_rows(*open(folder / "killed.db"), 30);
  expect_rows(*open(folder / "killed.db"), 30);
}

TEST(PendingRows, AreInTheAnswersOfWhoeverAsks) {
  const Folder folder;
  const auto ledger = open_patient(folder / "ledger.db");
  append(*ledger, "a", 30);
  EXPECT_EQ(ledger->spend({})->total.attempts, 30u);
  append(*ledger, "b", 5);
  EXPECT_EQ(rows(*ledger).size(), 35u);
}

// Killed after SQLite's commit and before the journal was freed.
TEST(PendingRows, AreNotDoubledWhenTheirCommitWasTheLastThingThatHappened) {
  const Folder folder;
  {
    const auto ledger = open_patient(folder / "ledger.db");
    append(*ledger, "a", 30);
    copy(folder / "ledger.pending", folder / "before.pending");
  }
  copy(folder / "before.pending", folder / "ledger.pending");
  const auto ledger = open(folder / "ledger.db");
  expect_rows(*ledger, 30);
  append(*ledger, "b", 3);
  expect_rows(*ledger, 33);
}

TEST(PendingRows, GoOnCountingAfterEveryStart) {
  const Folder folder;
  std::size_t count = 0;
  for (int start = 0; start < 10; ++start) {
    {
      const auto ledger = open_patient(folder / "ledger.db");
      append(*ledger, std::to_string(start) + "-", start);
      copy(folder / "ledger.db", folder / "killed.db");
      copy(folder / "ledger.pending", folder / "killed.pending");
      count += static_cast<std::size_t>(start);
    }
    // As if the process had been killed before its last commit.
    std::filesystem::rename(folder / "killed.db", folder / "ledger.db");
    std::filesystem::rename(folder / "killed.pending", folder / "ledger.pending");
    expect_rows(*open(folder / "ledger.db"), count);
  }
}

TEST(PendingRows, WaitInMemoryAndSayItWhenTheJournalIsFull) {
  const Folder folder;
  auto settings = patient(folder / "ledger.db");
  settings.journal_size = 4096;
  settings.retry_every = std::chrono::hours(1);
  const auto ledger = *open_sqlite_ledger(settings);
  Answers answers;
  {
    const auto holder = *Database::open(folder / "ledger.db", core::milliseconds(1000));
    ASSERT_TRUE(holder.run("BEGIN IMMEDIATE"));
    ASSERT_TRUE(ledger->append(row("first"), answers.done()));
    EXPECT_TRUE(ledger->spend({}));  // an attempt, which fails
    EXPECT_TRUE(ledger->state().failing);
    append(*ledger, "r", 100);
    EXPECT_GT(ledger->state().unprotected, 50u);
    EXPECT_LT(ledger->state().unprotected, 100u);
    EXPECT_EQ(ledger->state().waiting, 101u);
    copy(folder / "ledger.pending", folder / "killed.pending");
  }
  const auto unprotected = ledger->state().unprotected;
  expect_rows(*open(folder / "killed.db"), 101 - unprotected);
}

TEST(PendingRows, AreCommittedAtOnceWhenTheJournalIsFull) {
  const Folder folder;
  auto settings = patient(folder / "ledger.db");
  settings.journal_size = 4096;
  const auto ledger = *open_sqlite_ledger(settings);
  Answers answers;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(ledger->append(row("r" + std::to_string(i)), answers.done()));
  ASSERT_TRUE(answers.wait_for_durable(10));
  expect_rows(*ledger, 100);
  EXPECT_EQ(ledger->state().unprotected, 0u);
}

TEST(PendingRows, OutliveAStopWhileTheDiskTakesNothing) {
  const Folder folder;
  {
    auto ledger = open_patient(folder / "ledger.db");
    const auto holder = *Database::open(folder / "ledger.db", core::milliseconds(1000));
    ASSERT_TRUE(holder.run("BEGIN IMMEDIATE"));
    append(*ledger, "a", 7);
    ledger.reset();
  }
  expect_rows(*open(folder / "ledger.db"), 7);
}

TEST(PendingRows, AreForOneDaemonAlone) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  const auto second = open_sqlite_ledger(quick(folder / "ledger.db"));
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr("ledger.pending is in use by another daemon"));
}

}  // namespace headgate::store
