#include "batch.hpp"

#include <gmock/gmock.h>

#include <array>

#include "group_commit.hpp"
#include "journal_entry.hpp"
#include "row_bytes.hpp"
#include "sqlite.hpp"
#include "support.hpp"
#include "support/random.hpp"

namespace headgate::store {
namespace {

using testing::ElementsAre;
using namespace test;

std::vector<std::string> ids_of(Batch batch) {
  std::vector<std::string> ids;
  while (const auto row = batch.next()) ids.emplace_back(row->request_id);
  return ids;
}

struct Entries {
  alignas(8) std::array<char, 4096> bytes{};
  std::size_t end = 0;

  void add(std::uint64_t sequence, const budget::LedgerRow& row) {
    const auto size = encoded_size(row);
    write_entry(sequence, row, size, bytes.data() + end);
    end += entry_size(size);
  }
  std::string_view text() const { return {bytes.data(), end}; }
};

// Rows of any size, so that the journal is full anywhere; every third has nothing but what it must have.
budget::LedgerRow numbered(std::size_t number, headgate::test::Random& random) {
  auto each = row(std::to_string(number), static_cast<std::int64_t>(number));
  each.tenant = std::string(random.below(257), 't');
  if (number % 3 == 0) {
    each.cost.reset();
    return each;
  }
  for (auto tags = random.below(4); tags > 0; --tags) each.tags.push_back("tag" + std::to_string(number));
  each.capability = core::Capability::code;
  each.usage = {number, 2, 3, 4, 5};
  return each;
}

void expect_equal(const budget::LedgerRow& found, const budget::LedgerRow& wanted) {
  EXPECT_EQ(found.request_id, wanted.request_id);
  EXPECT_EQ(found.tenant, wanted.tenant);
  EXPECT_EQ(found.tags, wanted.tags);
  EXPECT_EQ(found.capability, wanted.capability);
  EXPECT_EQ(found.cost, wanted.cost);
  EXPECT_EQ(found.usage.input, wanted.usage.input);
  EXPECT_EQ(found.usage.reasoning, wanted.usage.reasoning);
}

}  // namespace

TEST(Batch, TellsTheRowsOfTheJournalAndThenThoseItHadNoRoomFor) {
  Entries entries;
  entries.add(1, row("a"));
  entries.add(2, row("b"));
  const std::vector<std::string> loose{encoded(row("c")), encoded(row("d"))};
  const Batch batch(entries.text(), loose);
  EXPECT_THAT(ids_of(batch), ElementsAre("a", "b", "c", "d"));
  EXPECT_THAT(ids_of(batch), ElementsAre("a", "b", "c", "d")) << "a batch that failed is read again";
}

TEST(Batch, PassesOverWhatIsNoRow) {
  Entries entries;
  entries.add(1, row("a"));
  entries.add(2, row(""));  // whole, but not well-formed
  entries.add(3, row("b"));
  const auto torn = entries.end + 30;
  entries.add(4, row("c"));
  entries.bytes.at(torn) = static_cast<char>(~entries.bytes.at(torn));
  const std::vector<std::string> loose{"x", "", encoded(row("d"))};
  EXPECT_THAT(ids_of(Batch(entries.text(), loose)), ElementsAre("a", "b", "d"));
}

TEST(Batch, CountsAsDroppedWhatSomebodyDestroyedInTheJournal) {
  const Folder folder;
  auto journal = Journal::open(folder / "ledger.pending");
  ASSERT_TRUE(journal->start(4096, 0));
  std::vector<std::string> written;
  GroupCommit commits({100, std::chrono::hours(1), std::chrono::hours(1), OnFailure::refuse}, &*journal,
                      [&](Batch batch) -> core::Result<std::size_t> {
                        written = ids_of(std::move(batch));
                        return written.size();
                      });
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(commits.append(row(id), nullptr));
  {
    std::FILE* file = std::fopen((folder / "ledger.pending").c_str(), "r+b");
    ASSERT_NE(file, nullptr);
    const auto second = static_cast<long>(8 + entry_size(encoded_size(row("a"))));
    std::fseek(file, second + 40, SEEK_SET);
    std::fputs("!!!!", file);
    std::fclose(file);
  }
  commits.wait_for_attempt();
  EXPECT_THAT(written, ElementsAre("a"));
  EXPECT_EQ(commits.state().written, 1u);
  EXPECT_EQ(commits.state().dropped, 2u);
  EXPECT_EQ(commits.state().waiting, 0u);
  ASSERT_TRUE(commits.append(row("d"), nullptr));
  commits.wait_for_attempt();
  EXPECT_THAT(written, ElementsAre("d"));
}

// However many rows go with one statement, and what stood in the one before.
TEST(Batch, OfAnySizeKeepsEveryFieldAndTheOrder) {
  headgate::test::Random random(21);
  for (const std::size_t count : {1u, 2u, 31u, 32u, 33u, 63u, 64u, 65u, 200u}) {
    const Folder folder;
    auto settings = quick(folder / "ledger.db");
    settings.commit_every = std::chrono::hours(1);
    std::vector<budget::LedgerRow> all;
    const auto ledger = *open_sqlite_ledger(settings);
    for (std::size_t i = 0; i < count; ++i) {
      all.push_back(numbered(i, random));
      ASSERT_TRUE(ledger->append(all.back(), nullptr));
    }
    const auto found = rows(*ledger);
    ASSERT_EQ(found.size(), count);
    for (std::size_t i = 0; i < count; ++i) expect_equal(found[i], all[i]);
    EXPECT_EQ(ledger->state().written, count);
    EXPECT_EQ(ledger->spend({})->total.attempts, count);
  }
}

// A journal that is full again and again, a disk that fails now and then, rows that come while it does.
TEST(Batch, AfterBatchLeavesEveryRowOnceAndInOrder) {
  headgate::test::Random random(22);
  for (int history = 0; history < 30 && !HasFailure(); ++history) {
    const Folder folder;
    auto journal = Journal::open(folder / "ledger.pending");
    ASSERT_TRUE(journal->start(8192, 0));
    std::mutex mutex;  // of the next two
    headgate::test::Random failures(static_cast<unsigned>(history));
    std::vector<std::string> written;
    Answers answers;
    std::size_t count = 0;
    {
      GroupCommit commits({10'000, core::milliseconds(1), core::milliseconds(0), OnFailure::continue_}, &*journal,
                          [&](Batch batch) -> core::Result<std::size_t> {
                            const auto ids = ids_of(std::move(batch));
                            const std::lock_guard lock(mutex);
                            if (failures.one_in(2)) return core::Error(core::Code::internal_error, "full");
                            written.insert(written.end(), ids.begin(), ids.end());
                            return ids.size();
                          });
      for (; count < 600; ++count) {
        ASSERT_TRUE(commits.append(numbered(count, random), random.one_in(3) ? answers.done() : nullptr));
        if (random.one_in(40)) commits.wait_for_attempt();
      }
      for (int i = 0; i < 1000 && commits.state().waiting > 0; ++i) commits.wait_for_attempt();
      EXPECT_EQ(commits.state().waiting, 0u);
      EXPECT_EQ(commits.state().written, count);
      EXPECT_EQ(commits.state().unprotected, 0u);
      EXPECT_EQ(commits.state().dropped, 0u);
    }
    ASSERT_EQ(written.size(), count);
    for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(written[i], std::to_string(i));
  }
}

// What a process would find that was started after this one was killed, after every single step.
TEST(Batch, IsFoundAfterAKillAtEveryPoint) {
  headgate::test::Random random(23);
  const Folder folder;
  auto settings = quick(folder / "ledger.db");
  settings.commit_every = std::chrono::hours(1);
  settings.busy_wait = settings.retry_every = core::milliseconds(1);
  settings.journal_size = 32'768;
  const auto ledger = *open_sqlite_ledger(settings);
  std::optional<Database> holder;
  std::size_t count = 0;
  for (int step = 0; step < 40 && !HasFailure(); ++step) {
    switch (random.below(4)) {
      case 0:  // a commit, or an attempt at it
        (void)ledger->spend({});
        break;
      case 1:  // another process takes the lock, or gives it back
        if (holder) {
          holder.reset();
        } else {
          holder.emplace(*Database::open(folder / "ledger.db", core::milliseconds(1000)));
          ASSERT_TRUE(holder->run("BEGIN IMMEDIATE"));
        }
        break;
      default:
        for (auto more = random.below(40); more > 0; --more)
          ASSERT_TRUE(ledger->append(numbered(count++, random), nullptr));
    }
    // In this order: what is committed meanwhile is in both, and counts once.
    const auto protected_before = count - ledger->state().unprotected;
    for (const std::string suffix : {".pending", ".db", ".db-wal"}) {
      std::error_code ignored;
      std::filesystem::remove(folder / ("killed" + suffix), ignored);
      std::filesystem::copy_file(folder / ("ledger" + suffix), folder / ("killed" + suffix), ignored);
    }
    const auto found = rows(*open(folder / "killed.db"));
    EXPECT_GE(found.size(), protected_before);
    EXPECT_LE(found.size(), count);
    for (std::size_t i = 1; i < found.size(); ++i)
      EXPECT_LT(std::stoul(found[i - 1].request_id), std::stoul(found[i].request_id));
  }
  EXPECT_GT(count, 300u);
}

}  // namespace headgate::store
