#include "group_commit.hpp"

#include <iterator>

#include "row_bytes.hpp"

namespace headgate::store {

GroupCommit::GroupCommit(Settings settings, Journal* journal, Write write)
    : settings_(settings), journal_(journal), write_(std::move(write)) {
  thread_ = std::thread([this] { run(); });
}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool GroupCommit::append(const budget::LedgerRowView& row, Done done) {
  const bool well_formed = is_well_formed(row);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !well_formed || waiting() >= settings_.max_waiting) {
      ++state_.dropped;
      return false;
    }
    const bool woken = enough();
    if (journal_ == nullptr || !journal_->append(row)) gathering_.loose.push_back(encoded(row));
    if (done) gathering_.done.push_back(std::move(done));
    ++gathering_.count;
    wake = enough() && !woken;
  }
  if (wake) wake_.notify_one();
  return true;
}

// Before admits() turns false, and before rows stand in memory alone for longer than a commit takes.
bool GroupCommit::enough() const {
  return gathering_.count > settings_.max_waiting / 4 || (journal_ != nullptr && !gathering_.loose.empty());
}

bool GroupCommit::admits() const {
  if (settings_.on_failure == OnFailure::continue_) return true;
  const std::lock_guard lock(mutex_);
  return !state_.failing && waiting() < settings_.max_waiting / 2;
}

LedgerState GroupCommit::state() const {
  const std::lock_guard lock(mutex_);
  LedgerState state = state_;
  state.waiting = waiting();
  state.unprotected = gathering_.loose.size() + batch_.loose.size();
  return state;
}

void GroupCommit::wait_for_attempt() {
  Lock lock(mutex_);
  // What a batch under way has not taken along goes with the next.
  const auto wanted = attempts_ + (writing_ ? 2 : 1);
  hurried_ = true;
  if (waiting() > 0) wake_.notify_one();
  attempted_.wait(lock, [&] { return waiting() == 0 || attempts_ >= wanted || stopping_; });
}

void GroupCommit::run() {
  Lock lock(mutex_);
  for (;;) {
    wait_until_due(lock);
    hurried_ = false;
    if (waiting() == 0) {
      if (stopping_) return;
      continue;
    }
    attempt(lock);
    if (!state_.failing || !stopping_) continue;
    state_.dropped += gathering_.loose.size() + batch_.loose.size();
    return;
  }
}

void GroupCommit::wait_until_due(Lock& lock) {
  if (state_.failing)
    wake_.wait_for(lock, settings_.retry_every, [this] { return stopping_; });
  else
    wake_.wait_for(lock, settings_.commit_every, [this] { return stopping_ || hurried_ || enough(); });
}

void GroupCommit::attempt(Lock& lock) {
  if (batch_.count == 0) {
    std::swap(batch_, gathering_);
    if (journal_ != nullptr) journal_->turn();
  }
  writing_ = true;
  lock.unlock();
  auto result = write_({journal_ == nullptr ? std::string_view() : journal_->batch(), batch_.loose});
  if (result && journal_ != nullptr) journal_->free_batch();
  lock.lock();
  writing_ = false;
  ++attempts_;
  if (result)
    wrote(lock, *result);
  else
    failed(lock, std::move(result).error());
  attempted_.notify_all();
}

void GroupCommit::wrote(Lock& lock, std::size_t count) {
  state_.written += count;
  state_.dropped += batch_.count - count;  // somebody has written into the journal
  state_.failing = false;
  state_.trouble.clear();
  const auto told = std::exchange(batch_, {}).done;
  if (told.empty()) return;
  lock.unlock();
  for (const auto& done : told) done(Written::durable);
  lock.lock();
}

// Nobody is left waiting for a disk that may stay full for hours.
void GroupCommit::failed(Lock& lock, core::Error why) {
  state_.failing = true;
  state_.trouble = why.message();
  auto told = std::exchange(batch_.done, {});
  std::move(gathering_.done.begin(), gathering_.done.end(), std::back_inserter(told));
  gathering_.done.clear();
  lock.unlock();
  for (const auto& done : told) done(Written::pending);
  lock.lock();
}

}  // namespace headgate::store
