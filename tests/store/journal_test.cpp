#include "journal.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <limits>

#include "row_bytes.hpp"
#include "support.hpp"
#include "support/random.hpp"

namespace headgate::store {
namespace {

using test::Folder;
using test::row;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t size = 8192;

Journal start(const std::string& file, std::uint64_t last = 0) {
  auto journal = Journal::open(file);
  EXPECT_TRUE(journal) << journal.error().message();
  EXPECT_TRUE(journal->start(size, last));
  return std::move(*journal);
}

std::string failure_to_open(const std::string& file) {
  const auto journal = Journal::open(file);
  return journal ? "opened" : journal.error().message();
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const std::string& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  ::chmod(file.c_str(), 0600);
}

// What a process would find that was started now, after this one was killed.
std::vector<std::string> left(const Folder& folder, std::uint64_t committed = 0) {
  write_file(folder / "found.pending", bytes_of(folder / "ledger.pending"));
  const auto journal = Journal::open(folder / "found.pending");
  const auto left = journal->left(committed);
  EXPECT_TRUE(left) << left.error().message();
  std::vector<std::string> ids;
  for (const auto& each : left->rows) ids.push_back(each.request_id);
  return ids;
}

// Rows until there is no room for another.
std::vector<std::string> fill(Journal& journal, const std::string& prefix) {
  std::vector<std::string> ids;
  for (;;) {
    auto id = prefix + std::to_string(ids.size());
    if (!journal.append(row(id))) return ids;
    ids.push_back(std::move(id));
  }
}

budget::LedgerRow any_row(headgate::test::Random& random) {
  auto any = row(random.bytes(1 + random.below(256)), static_cast<std::int64_t>(random.below(1u << 30)));
  any.tenant = random.bytes(random.below(257));
  any.model = random.bytes(random.below(20));
  for (auto tags = random.below(9); tags > 0; --tags) any.tags.push_back(std::string(1 + random.below(64), 't'));
  any.attempt = static_cast<std::uint32_t>(random.below(9));
  if (random.one_in(2)) any.capability = core::Capability::code;
  if (random.one_in(2)) any.cost.reset();
  if (random.one_in(2)) any.usage.input = random.below(1u << 20);
  if (random.one_in(2)) any.usage.reasoning = ~std::uint64_t{0};
  return any;
}

}  // namespace

TEST(RowBytes, HoldEveryFieldAndWhatIsUnknown) {
  headgate::test::Random random(11);
  for (int i = 0; i < 2000; ++i) {
    const auto before = any_row(random);
    const auto after = decode(encoded(before));
    ASSERT_TRUE(after);
    EXPECT_EQ(after->request_id, before.request_id);
    EXPECT_EQ(after->time, before.time);
    EXPECT_EQ(after->tenant, before.tenant);
    EXPECT_EQ(after->key_id, before.key_id);
    EXPECT_EQ(after->tags, before.tags);
    EXPECT_EQ(after->model, before.model);
    EXPECT_EQ(after->provider, before.provider);
    EXPECT_EQ(after->attempt, before.attempt);
    EXPECT_EQ(after->outcome, before.outcome);
    EXPECT_EQ(after->capability, before.capability);
    EXPECT_EQ(after->cost, before.cost);
    EXPECT_EQ(after->usage.input, before.usage.input);
    EXPECT_EQ(after->usage.output, before.usage.output);
    EXPECT_EQ(after->usage.reasoning, before.usage.reasoning);
  }
}

TEST(RowBytes, AreNoRowWithOneMoreOrLess) {
  headgate::test::Random random(12);
  for (int i = 0; i < 200; ++i) {
    const auto bytes = encoded(any_row(random));
    EXPECT_FALSE(decode(bytes + 'x'));
    for (std::size_t cut = 1; cut < bytes.size(); cut += 1 + random.below(40))
      EXPECT_FALSE(decode(std::string_view(bytes).substr(0, bytes.size() - cut)));
  }
}

TEST(RowBytes, AreNoRowOfATimeThatThereIsNot) {
  auto bytes = encoded(row("r"));
  const auto never = std::numeric_limits<std::int64_t>::max();
  std::memcpy(bytes.data(), &never, sizeof never);
  EXPECT_FALSE(decode(bytes));
}

TEST(Journal, LeavesWhatWasAppendedToWhoeverComesNext) {
  const Folder folder;
  auto journal = start(folder / "ledger.pending");
  EXPECT_THAT(left(folder), IsEmpty());
  for (const char* id : {"a", "b", "c"}) ASSERT_TRUE(journal.append(row(id)));
  EXPECT_THAT(left(folder), ElementsAre("a", "b", "c"));
  EXPECT_THAT(left(folder, 2), ElementsAre("c"));
  EXPECT_THAT(left(folder, 3), IsEmpty());
}

TEST(Journal, KeepsTheBatchUntilItIsFreedAndTheOrderOfBoth) {
  const Folder folder;
  auto journal = start(folder / "ledger.pending", 40);
  for (const char* id : {"a", "b"}) ASSERT_TRUE(journal.append(row(id)));
  journal.turn();
  EXPECT_EQ(journal.end_of_batch(), 42u);
  ASSERT_TRUE(journal.append(row("c")));
  EXPECT_THAT(left(folder, 40), ElementsAre("a", "b", "c"));
  journal.free_batch();
  EXPECT_THAT(left(folder, 40), ElementsAre("c"));
  journal.turn();
  EXPECT_EQ(journal.end_of_batch(), 43u);
  ASSERT_TRUE(journal.append(row("d")));  // in the half that held a and b
  EXPECT_THAT(left(folder, 40), ElementsAre("c", "d"));
}

TEST(Journal, TakesNothingMoreWhenItIsFullUntilTheNextTurn) {
  const Folder folder;
  auto journal = start(folder / "ledger.pending");
  auto large = row("large");
  large.tenant = std::string(256, 't');
  std::vector<std::string> first;
  while (journal.append(large)) first.push_back("large");
  EXPECT_FALSE(journal.append(row("small"))) << "there would be a gap before it";
  EXPECT_GT(first.size(), 5u);
  EXPECT_EQ(left(folder), first);
  journal.turn();
  const auto second = fill(journal, "s");
  EXPECT_GT(second.size(), first.size());
  auto both = first;
  both.insert(both.end(), second.begin(), second.end());
  EXPECT_EQ(left(folder), both);
  journal.free_batch();
  EXPECT_EQ(left(folder), second);
}

TEST(Journal, NeverBringsBackWhatStoodInAHalfBefore) {
  const Folder folder;
  auto journal = start(folder / "ledger.pending");
  headgate::test::Random random(13);
  std::uint64_t committed = 0;
  for (int turn = 0; turn < 200 && !HasFailure(); ++turn) {
    const auto prefix = std::to_string(turn) + "-";
    std::vector<std::string> ids;
    for (auto count = random.below(12); count > 0; --count) {
      auto each = any_row(random);
      each.request_id = prefix + std::to_string(count);
      if (!journal.append(each)) break;
      ids.push_back(each.request_id);
    }
    EXPECT_EQ(left(folder, committed), ids);
    journal.turn();
    committed = journal.end_of_batch();
    journal.free_batch();
    EXPECT_THAT(left(folder), IsEmpty());
  }
}

TEST(Journal, EndsAtWhatIsTorn) {
  const Folder folder;
  auto journal = start(folder / "ledger.pending");
  const auto whole = fill(journal, "r");
  const auto bytes = bytes_of(folder / "ledger.pending");
  headgate::test::Random random(14);
  for (int i = 0; i < 500; ++i) {
    auto torn = bytes;
    const auto at = random.below(size / 2 - 16) + 8;
    torn[at] = static_cast<char>(torn[at] ^ static_cast<char>(1 + random.below(255)));
    write_file(folder / "torn.pending", torn);
    const auto left = Journal::open(folder / "torn.pending")->left(0);
    ASSERT_TRUE(left);
    ASSERT_LE(left->rows.size(), whole.size());
    for (std::size_t j = 0; j < left->rows.size(); ++j) EXPECT_EQ(left->rows[j].request_id, whole[j]);
  }
}

TEST(Journal, IsForOneProcessAndItsOwnersEyes) {
  const Folder folder;
  {
    const auto journal = start(folder / "ledger.pending");
    struct stat found {};
    ASSERT_EQ(::stat((folder / "ledger.pending").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600u);
    EXPECT_THAT(failure_to_open(folder / "ledger.pending"), HasSubstr("in use by another daemon"));
  }
  EXPECT_EQ(failure_to_open(folder / "ledger.pending"), "opened");
  ::chmod((folder / "ledger.pending").c_str(), 0640);
  EXPECT_THAT(failure_to_open(folder / "ledger.pending"), HasSubstr("chmod 600"));
  std::filesystem::create_symlink(folder / "ledger.pending", folder / "link.pending");
  EXPECT_THAT(failure_to_open(folder / "link.pending"), HasSubstr("not a plain file"));
}

TEST(Journal, RefusesAFileOfAnotherRelease) {
  const Folder folder;
  { auto journal = start(folder / "ledger.pending"); }
  auto bytes = bytes_of(folder / "ledger.pending");
  bytes[7] = 9;
  write_file(folder / "ledger.pending", bytes);
  const auto left = Journal::open(folder / "ledger.pending")->left(0);
  ASSERT_FALSE(left);
  EXPECT_THAT(left.error().message(), HasSubstr("another release"));
}

TEST(Journal, CanBeGivenAnotherSize) {
  const Folder folder;
  {
    auto journal = start(folder / "ledger.pending");
    fill(journal, "r");
  }
  for (const std::size_t other : {size * 2, size / 2}) {
    auto journal = Journal::open(folder / "ledger.pending");
    ASSERT_TRUE(journal->start(other, 1000));
    EXPECT_EQ(std::filesystem::file_size(folder / "ledger.pending"), other);
    EXPECT_THAT(left(folder), IsEmpty());
    const auto ids = fill(*journal, "s");
    EXPECT_EQ(left(folder), ids);
  }
}

}  // namespace headgate::store
