#include "group_commit.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "support.hpp"

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

GroupCommit::Settings settings(std::size_t max_waiting, OnFailure on_failure = OnFailure::refuse) {
  return {max_waiting, core::milliseconds(1), core::milliseconds(1), on_failure};
}

// A disk that can be full, and held up.
class Disk {
 public:
  Result<std::size_t> write(Batch batch) {
    std::unique_lock lock(mutex_);
    ++writes_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (full_) return Error(Code::internal_error, "the disk is full");
    std::size_t count = 0;
    for (; const auto row = batch.next(); ++count) ids_.emplace_back(row->request_id);
    return count;
  }
  GroupCommit::Write writer() {
    return [this](Batch batch) { return write(std::move(batch)); };
  }
  void hold(bool held) { set(held_, held); }
  void fill(bool full) { set(full_, full); }
  bool wait_for_writes(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return writes_ >= count; });
  }
  std::vector<std::string> ids() {
    const std::lock_guard lock(mutex_);
    return ids_;
  }
  int writes() {
    const std::lock_guard lock(mutex_);
    return writes_;
  }

 private:
  void set(bool& what, bool value) {
    const std::lock_guard lock(mutex_);
    what = value;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false, full_ = false;
  int writes_ = 0;
  std::vector<std::string> ids_;
};

}  // namespace

TEST(GroupCommit, WritesTogetherWhatGatheredMeanwhileAndKeepsTheOrder) {
  Disk disk;
  test::Answers answers;
  GroupCommit commits(settings(1000), nullptr, disk.writer());
  disk.hold(true);
  ASSERT_TRUE(commits.append(test::row("0"), answers.done()));
  ASSERT_TRUE(disk.wait_for_writes(1));
  for (int i = 1; i < 500; ++i) ASSERT_TRUE(commits.append(test::row(std::to_string(i)), answers.done()));
  EXPECT_EQ(answers.durable(), 0u);
  disk.hold(false);
  ASSERT_TRUE(answers.wait_for_durable(500));
  EXPECT_EQ(disk.writes(), 2);
  const auto ids = disk.ids();
  for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], std::to_string(i));
}

TEST(GroupCommit, LeavesRowsAloneUntilTheTimeHasComeOrTheyAreMany) {
  Disk disk;
  test::Answers answers;
  GroupCommit commits({100, std::chrono::hours(1), core::milliseconds(1), OnFailure::refuse}, nullptr, disk.writer());
  for (int i = 0; i < 25; ++i) ASSERT_TRUE(commits.append(test::row(std::to_string(i)), answers.done()));
  EXPECT_EQ(disk.writes(), 0);
  EXPECT_TRUE(commits.admits());
  ASSERT_TRUE(commits.append(test::row("one too many"), answers.done()));
  ASSERT_TRUE(answers.wait_for_durable(26));
  EXPECT_EQ(disk.writes(), 1);
}

TEST(GroupCommit, HurriesForWhoWaitsForAnAttempt) {
  Disk disk;
  GroupCommit commits({100, std::chrono::hours(1), core::milliseconds(1), OnFailure::refuse}, nullptr, disk.writer());
  commits.wait_for_attempt();
  EXPECT_EQ(disk.writes(), 0) << "there was nothing to write";
  for (int i = 1; i < 10; ++i) {
    ASSERT_TRUE(commits.append(test::row(std::to_string(i)), nullptr));
    commits.wait_for_attempt();
    EXPECT_EQ(commits.state().waiting, 0u);
    EXPECT_EQ(disk.writes(), i);
  }
}

TEST(GroupCommit, AnswersPendingWhileTheDiskIsFullAndWritesOnceItIsNot) {
  Disk disk;
  test::Answers answers;
  GroupCommit commits(settings(1000), nullptr, disk.writer());
  disk.fill(true);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(commits.append(test::row(std::to_string(i)), answers.done()));
  ASSERT_TRUE(answers.wait_for_pending(20));
  EXPECT_TRUE(commits.state().failing);
  EXPECT_EQ(commits.state().trouble, "the disk is full");
  EXPECT_EQ(commits.state().waiting, 20u);
  EXPECT_FALSE(commits.admits());
  disk.fill(false);
  ASSERT_TRUE(commits.append(test::row("last"), answers.done()));
  ASSERT_TRUE(answers.wait_for_durable(1));
  EXPECT_EQ(disk.ids().size(), 21u);
  EXPECT_FALSE(commits.state().failing);
  EXPECT_TRUE(commits.admits());
}

TEST(GroupCommit, AdmitsNothingNewWhileThereIsStillRoomForWhatIsUnderWay) {
  Disk disk;
  disk.hold(true);
  GroupCommit commits(settings(10), nullptr, disk.writer());
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(commits.append(test::row(std::to_string(i)), nullptr));
  EXPECT_FALSE(commits.admits());
  EXPECT_FALSE(commits.state().failing);
  EXPECT_TRUE(commits.append(test::row("under way"), nullptr));
  disk.hold(false);
}

TEST(GroupCommit, GoesOnInBoundedMemoryAndCountsWhatItDrops) {
  Disk disk;
  disk.fill(true);
  GroupCommit commits(settings(10, OnFailure::continue_), nullptr, disk.writer());
  int taken = 0;
  for (int i = 0; i < 15; ++i) taken += commits.append(test::row(std::to_string(i)), nullptr) ? 1 : 0;
  EXPECT_EQ(taken, 10);
  EXPECT_TRUE(commits.admits());
  EXPECT_EQ(commits.state().dropped, 5u);
  disk.fill(false);
}

TEST(GroupCommit, TellsWhatTheJournalDidNotTakeUntilItIsWritten) {
  const test::Folder folder;
  Disk disk;
  disk.hold(true);
  auto journal = Journal::open(folder / "ledger.pending");
  ASSERT_TRUE(journal->start(4096, 0));
  test::Answers answers;
  GroupCommit commits({100, std::chrono::hours(1), core::milliseconds(1), OnFailure::refuse}, &*journal, disk.writer());
  std::size_t taken = 0;
  for (; taken < 25 && commits.state().unprotected == 0; ++taken)
    ASSERT_TRUE(commits.append(test::row(std::to_string(taken)), answers.done()));
  ASSERT_TRUE(disk.wait_for_writes(1)) << "a full journal waits for nothing";
  EXPECT_EQ(commits.state().unprotected, 1u);
  EXPECT_EQ(commits.state().waiting, taken);
  ASSERT_TRUE(commits.append(test::row("there is room again"), answers.done()));
  EXPECT_EQ(commits.state().unprotected, 1u);
  disk.hold(false);
  ASSERT_TRUE(answers.wait_for_durable(taken));
  EXPECT_EQ(commits.state().unprotected, 0u);
}

TEST(GroupCommit, WritesWhatIsLeftBeforeItEnds) {
  Disk disk;
  {
    GroupCommit commits(settings(10'000), nullptr, disk.writer());
    for (int i = 0; i < 5000; ++i) ASSERT_TRUE(commits.append(test::row(std::to_string(i)), nullptr));
  }
  EXPECT_EQ(disk.ids().size(), 5000u);
}

TEST(GroupCommit, EndsWhileTheDiskIsFull) {
  Disk disk;
  disk.fill(true);
  test::Answers answers;
  {
    GroupCommit commits(settings(10), nullptr, disk.writer());
    ASSERT_TRUE(commits.append(test::row("lost"), answers.done()));
  }
  EXPECT_TRUE(answers.wait_for_pending(1));
  EXPECT_TRUE(disk.ids().empty());
}

TEST(GroupCommit, TakesNoRowThatIsNotWellFormed) {
  Disk disk;
  GroupCommit commits(settings(10), nullptr, disk.writer());
  EXPECT_FALSE(commits.append(test::row(""), nullptr));
  auto wide = test::row("r");
  wide.tenant = std::string(257, 'x');
  EXPECT_FALSE(commits.append(wide, nullptr));
  auto tagged = test::row("r");
  tagged.tags = {"a,b"};
  EXPECT_FALSE(commits.append(tagged, nullptr));
  EXPECT_EQ(commits.state().dropped, 3u);
}

TEST(GroupCommit, TakesRowsFromManyThreads) {
  Disk disk;
  test::Answers answers;
  GroupCommit commits(settings(100'000), nullptr, disk.writer());
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) EXPECT_TRUE(commits.append(test::row(std::to_string(t * 500 + i)), answers.done()));
    });
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(answers.wait_for_durable(4000));
  EXPECT_EQ(disk.ids().size(), 4000u);
}

}  // namespace headgate::store
