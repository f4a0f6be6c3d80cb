#include "group_commit.hpp"

namespace headgate::store {

GroupCommit::GroupCommit(Settings settings, Journal* journal, Write write)
    : settings_(settings), journal_(journal), write_(std::move(write)) {
  // Memory that no row has touched yet costs nothing, and append() never has to move what is queued.
  queue_.reserve(settings_.max_waiting);
  batch_.reserve(settings_.max_waiting);
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

bool GroupCommit::append(budget::LedgerRow row, Done done) {
  const bool well_formed = is_well_formed(row);
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !well_formed || waiting() >= settings_.max_waiting) {
      ++state_.dropped;
      return false;
    }
    const bool woken = enough();
    if (journal_ == nullptr || !journal_->append(row)) ++unprotected_;
    queue_.push_back({std::move(row), std::move(done)});
    wake = enough() && !woken;
  }
  if (wake) wake_.notify_one();
  return true;
}

// Before admits() turns false, and before rows stand in memory alone for longer than a commit takes.
bool GroupCommit::enough() const {
  return queue_.size() > settings_.max_waiting / 4 || (journal_ != nullptr && unprotected_ > 0);
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
  state.unprotected = unprotected_ + unprotected_in_batch_;
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
    state_.dropped += unprotected_ + unprotected_in_batch_;
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
  if (in_batch_ == 0) {
    batch_.swap(queue_);
    in_batch_ = batch_.size();
    unprotected_in_batch_ = std::exchange(unprotected_, 0);
    if (journal_ != nullptr) journal_->turn();
  }
  writing_ = true;
  lock.unlock();
  auto result = write_(batch_);
  if (result && journal_ != nullptr) journal_->free_batch();
  lock.lock();
  writing_ = false;
  ++attempts_;
  if (result)
    wrote(lock);
  else
    failed(lock, std::move(result).error());
  attempted_.notify_all();
}

void GroupCommit::wrote(Lock& lock) {
  state_.written += in_batch_;
  state_.failing = false;
  state_.trouble.clear();
  in_batch_ = unprotected_in_batch_ = 0;
  lock.unlock();
  for (auto& entry : batch_)
    if (entry.done) entry.done(Written::durable);
  batch_.clear();
  lock.lock();
}

// Nobody is left waiting for a disk that may stay full for hours.
void GroupCommit::failed(Lock& lock, core::Error why) {
  state_.failing = true;
  state_.trouble = why.message();
  std::vector<Done> told;
  for (auto& entry : batch_)
    if (entry.done) told.push_back(std::exchange(entry.done, nullptr));
  for (auto& entry : queue_)
    if (entry.done) told.push_back(std::exchange(entry.done, nullptr));
  lock.unlock();
  for (auto& done : told) done(Written::pending);
  lock.lock();
}

}  // namespace headgate::store
