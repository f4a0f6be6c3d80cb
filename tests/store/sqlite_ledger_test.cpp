#include "headgate/store/sqlite_ledger.hpp"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>

#include "child.hpp"
#include "headgate/store/rebuild.hpp"
#include "sqlite.hpp"
#include "support.hpp"
#include "support/random.hpp"

namespace headgate::store {
namespace {

using core::Money;
using std::chrono::days;
using std::chrono::hours;
using testing::HasSubstr;
using namespace test;

void write(Ledger& ledger, const std::vector<budget::LedgerRow>& all) {
  Answers answers;
  for (const auto& each : all) ASSERT_TRUE(ledger.append(each, answers.done()));
  ASSERT_TRUE(answers.wait_for_durable(all.size()));
}

std::string failure_to_open(const std::string& file) {
  const auto ledger = open_sqlite_ledger(quick(file));
  return ledger ? "opened" : ledger.error().message();
}

unsigned mode_of(const std::string& file) {
  struct stat found {};
  return ::stat(file.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
}

// No file may grow past `bytes` while it lives: a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit small = before_;
    small.rlim_cur = bytes;
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST(SqliteLedger, KeepsEveryFieldAndWhatIsUnknown) {
  const Folder folder;
  budget::LedgerRow full = row("full", 123'456'789);
  full.time += std::chrono::microseconds(17);
  full.tags = {"nightly", "batch/2"};
  full.attempt = 3;
  full.outcome = "upstream_error";
  full.capability = core::Capability::code;
  full.usage = {10, 20, 30, 40, 50};
  budget::LedgerRow bare = row("bare");
  bare.time += hours(1);
  bare.cost.reset();
  write(*open(folder / "ledger.db"), {bare, full});

  const auto ledger = open(folder / "ledger.db");
  const auto all = rows(*ledger);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].request_id, "full");
  EXPECT_EQ(all[0].time, full.time);
  EXPECT_EQ(all[0].tags, full.tags);
  EXPECT_EQ(all[0].attempt, 3u);
  EXPECT_EQ(all[0].outcome, "upstream_error");
  EXPECT_EQ(all[0].capability, core::Capability::code);
  EXPECT_EQ(all[0].cost, Money::picodollars(123'456'789));
  EXPECT_EQ(all[0].usage.reasoning, 50u);
  EXPECT_EQ(all[0].usage.input, 10u);
  EXPECT_FALSE(all[1].cost);
  EXPECT_FALSE(all[1].usage.input);
  EXPECT_FALSE(all[1].capability);
  EXPECT_TRUE(all[1].tags.empty());
  EXPECT_EQ(rows(*ledger, noon + hours(1)).size(), 1u);
}

TEST(SqliteLedger, TakesTextsForTextsWhateverTheyHold) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  headgate::test::Random random(5);
  std::vector<budget::LedgerRow> all;
  for (const std::string& text : {std::string("'); DROP TABLE ledger; --"), std::string("\" OR 1=1"), std::string("?1"),
                                  std::string("a\0b", 3), std::string("\xff\xfe"), random.bytes(200)}) {
    all.push_back(row("r" + std::to_string(all.size())));
    all.back().tenant = all.back().model = text;
  }
  write(*ledger, all);
  const auto found = rows(*ledger);
  ASSERT_EQ(found.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(found[i].tenant, all[i].tenant);
    SpendQuery query;
    query.tenant = all[i].tenant;
    EXPECT_EQ(ledger->spend(query)->total.attempts, 1u);
  }
}

TEST(SqliteLedger, AddsUpByTenantModelProviderAndDay) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  auto tomorrow = row("b", 5), failed = row("c", 7), unpriced = row("d"), other = row("e", 100);
  tomorrow.time += days(1);
  failed.outcome = "upstream_error";
  unpriced.cost.reset();
  other.tenant = "research";
  write(*ledger, {row("a", 1), tomorrow, failed, unpriced, other});

  SpendQuery query;
  query.by_tenant = query.by_day = true;
  const auto spend = ledger->spend(query);
  ASSERT_TRUE(spend) << spend.error().message();
  EXPECT_EQ(spend->total.spent, Money::picodollars(113));
  EXPECT_EQ(spend->total.attempts, 5u);
  EXPECT_EQ(spend->total.successes, 4u);
  EXPECT_EQ(spend->total.unpriced, 1u);
  ASSERT_EQ(spend->rows.size(), 3u);
  EXPECT_EQ(spend->rows[0].tenant, "research");
  EXPECT_EQ(spend->rows[1].sum.spent, Money::picodollars(8));
  EXPECT_EQ(spend->rows[1].model, "");
  EXPECT_EQ(spend->rows[1].day, std::chrono::floor<days>(noon));
  EXPECT_EQ(spend->rows[2].day, std::chrono::floor<days>(noon) + days(1));

  query.tenant = "support";
  query.from = query.to = std::chrono::floor<days>(noon);
  EXPECT_EQ(ledger->spend(query)->total.spent, Money::picodollars(8));
  query.limit = 0;
  EXPECT_TRUE(ledger->spend(query)->cut);
}

TEST(SqliteLedger, SumsStopAtTheEndOfTheirRange) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  const auto most = Money::most().in_picodollars();
  auto elsewhere = row("c", most);
  elsewhere.model = "small";
  write(*ledger, {row("a", most)});
  write(*ledger, {row("b", most), elsewhere});
  EXPECT_EQ(ledger->spend({})->total.spent, Money::most());
}

TEST(SqliteLedger, RebuildsCountersFromTheRowsOfTheirWindows) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  auto old = row("old", 1000), recent = row("recent", 20), ahead = row("ahead", 3);
  old.time = noon - days(2);
  ahead.time = noon + hours(1);  // the clock was stepped back since
  write(*ledger, {recent, old, ahead});
  budget::Settings settings;
  settings.budgets.resize(1);
  settings.budgets[0].limit = Money::dollars(1);
  budget::Book book(settings);
  const budget::Now now{core::TimePoint(hours(1)), noon};
  const auto rebuilt = rebuild(*ledger, book, now);
  ASSERT_TRUE(rebuilt);
  EXPECT_EQ(rebuilt->rows, 2u);
  EXPECT_EQ(rebuilt->total, Money::picodollars(1023));
  EXPECT_EQ(book.states(now)[0].tally.spent, Money::picodollars(23));
}

TEST(SqliteLedger, IsForItsOwnersEyesOnly) {
  const Folder folder;
  {
    const auto ledger = open(folder / "ledger.db");
    write(*ledger, {row("a")});
    for (const char* name : {"ledger.db", "ledger.db-wal", "ledger.db-shm"}) EXPECT_EQ(mode_of(folder / name), 0600u);
  }
  ::chmod((folder / "ledger.db").c_str(), 0644);
  EXPECT_THAT(failure_to_open(folder / "ledger.db"), HasSubstr("chmod 600"));
}

TEST(SqliteLedger, SaysWhatIsWrongWithAFileThatItCannotUse) {
  const Folder folder;
  EXPECT_THAT(failure_to_open(folder / "nowhere/ledger.db"), HasSubstr("cannot be made"));

  std::ofstream(folder / "text.db") << std::string(4096, 'x');
  ::chmod((folder / "text.db").c_str(), 0600);
  EXPECT_THAT(failure_to_open(folder / "text.db"), HasSubstr("restore a backup"));

  std::filesystem::create_symlink(folder / "text.db", folder / "link.db");
  EXPECT_THAT(failure_to_open(folder / "link.db"), HasSubstr("not a plain file"));
}

TEST(SqliteLedger, FindsDamageInsideTheFile) {
  const Folder folder;
  {
    const auto ledger = open(folder / "ledger.db");
    std::vector<budget::LedgerRow> all;
    for (int i = 0; i < 2000; ++i) all.push_back(row("r" + std::to_string(i)));
    write(*ledger, all);
  }
  const auto size = std::filesystem::file_size(folder / "ledger.db");
  ASSERT_GT(size, 5u * 4096);
  {
    std::fstream file(folder / "ledger.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(size / 4096 / 2 * 4096));
    file << std::string(4096, '\x5a');
  }
  EXPECT_THAT(failure_to_open(folder / "ledger.db"), HasSubstr("damaged"));
}

TEST(SqliteLedger, KeepsWholeCommitsOfATornLog) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  for (int i = 0; i < 20; ++i) write(*ledger, {row("r" + std::to_string(i))});
  // As the disk is after the power went off while the last bytes were written.
  const auto log = std::filesystem::file_size(folder / "ledger.db-wal");
  for (const std::size_t cut : {std::size_t{1}, std::size_t{5000}, static_cast<std::size_t>(log / 2)}) {
    std::filesystem::copy_file(folder / "ledger.db", folder / "torn.db",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::copy_file(folder / "ledger.db-wal", folder / "torn.db-wal",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(folder / "torn.db-wal", log - cut);
    const auto torn = open(folder / "torn.db");
    ASSERT_TRUE(torn);
    const auto found = rows(*torn);
    EXPECT_LT(found.size(), 20u);
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].request_id, "r" + std::to_string(i));
    EXPECT_EQ(torn->spend({})->total.attempts, found.size());
    write(*torn, {row("more")});
  }
}

TEST(SqliteLedger, WaitsOutAnotherProcessThatHoldsTheLock) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  Child child({LEDGER_APPENDER, folder / "ledger.db", "lock"});
  ASSERT_EQ(child.line(), "locked");
  Answers answers;
  ASSERT_TRUE(ledger->append(row("a"), answers.done()));
  ASSERT_TRUE(answers.wait_for_pending(1));
  EXPECT_FALSE(ledger->admits());
  EXPECT_THAT(ledger->state().trouble, HasSubstr("Another process holds its lock"));
  EXPECT_TRUE(ledger->spend({}));  // reading goes on
  child.end_input();
  EXPECT_EQ(child.wait(), 0);
  ASSERT_TRUE(ledger->append(row("b"), answers.done()));
  ASSERT_TRUE(answers.wait_for_durable(1));
  EXPECT_TRUE(ledger->admits());
  EXPECT_EQ(rows(*ledger).size(), 2u);
}

TEST(SqliteLedger, SurvivesAFullDiskAndGoesOnWithoutARestart) {
  const Folder folder;
  auto ledger = open(folder / "ledger.db");
  write(*ledger, {row("before")});
  Answers answers;
  {
    const FullDisk full(64 * 1024);
    for (int i = 0; i < 3000; ++i) ASSERT_TRUE(ledger->append(row("r" + std::to_string(i)), answers.done()));
    ASSERT_TRUE(answers.wait_for_pending(1));
    EXPECT_FALSE(ledger->admits());
    EXPECT_GT(ledger->state().waiting, 0u);
  }
  write(*ledger, {row("after")});
  const auto found = rows(*ledger);
  EXPECT_EQ(found.size(), 3002u);
  EXPECT_EQ(ledger->spend({})->total.attempts, 3002u);
  EXPECT_FALSE(ledger->state().failing);
  EXPECT_EQ(ledger->state().dropped, 0u);
  ledger.reset();
  EXPECT_TRUE(open(folder / "ledger.db"));
}

TEST(SqliteLedger, DailySumsAreTheSumsOfTheRows) {
  const Folder folder;
  const auto ledger = open(folder / "ledger.db");
  headgate::test::Random random(9);
  std::vector<budget::LedgerRow> all;
  Money paid;
  for (int i = 0; i < 5000; ++i) {
    auto each = row("r" + std::to_string(i), static_cast<std::int64_t>(random.below(1'000'000'000'000)));
    each.time += hours(random.below(240));
    each.model = "m" + std::to_string(random.below(4));
    if (random.one_in(10))
      each.cost.reset();
    else
      paid += *each.cost;
    all.push_back(each);
  }
  write(*ledger, all);
  Money sum;
  for (const auto& each : rows(*ledger)) sum += each.cost.value_or(Money());
  EXPECT_EQ(sum, paid);
  SpendQuery query;
  query.by_model = query.by_day = true;
  const auto spend = ledger->spend(query);
  EXPECT_EQ(spend->total.spent, paid);
  Money by_rows;
  for (const auto& each : spend->rows) by_rows += each.sum.spent;
  EXPECT_EQ(by_rows, paid);
}

}  // namespace headgate::store
