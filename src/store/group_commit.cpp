#include "group_commit.hpp"

namespace headgate::store {
namespace {

constexpr std::size_t max_batch = 1024;

}  // namespace

GroupCommit::GroupCommit(Settings settings, Write write)
    : settings_(settings), write_(std::move(write)), thread_([this] { run(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool GroupCommit::append(budget::LedgerRow row, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting() >= settings_.max_waiting || !is_well_formed(row)) {
      ++state_.dropped;
      return false;
    }
    queue_.push_back({std::move(row), std::move(done)});
    if (queue_.size() > 1) return true;  // the thread has been woken already
  }
  wake_.notify_one();
  return true;
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
  return state;
}

void GroupCommit::wait_for_attempt() {
  Lock lock(mutex_);
  // A batch under way may have been taken before, so what is queued now goes with the next but one.
  const auto wanted = attempts_ + 2 + queue_.size() / max_batch;
  attempted_.wait(lock, [&] { return waiting() == 0 || attempts_ >= wanted || stopping_; });
}

void GroupCommit::take_batch() {
  const auto count = std::min(max_batch - batch_.size(), queue_.size());
  for (std::size_t i = 0; i < count; ++i) {
    batch_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
}

void GroupCommit::run() {
  Lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || waiting() > 0; });
    if (waiting() == 0) return;
    take_batch();
    lock.unlock();
    auto result = write_(batch_);
    lock.lock();
    ++attempts_;
    if (result)
      wrote(lock);
    else
      failed(lock, std::move(result).error());
    attempted_.notify_all();
    if (!state_.failing) continue;
    if (stopping_) {
      state_.dropped += waiting();
      return;
    }
    wake_.wait_for(lock, settings_.retry_every, [this] { return stopping_; });
  }
}

void GroupCommit::wrote(Lock& lock) {
  state_.written += batch_.size();
  state_.failing = false;
  state_.trouble.clear();
  auto written = std::exchange(batch_, {});
  lock.unlock();
  for (auto& entry : written)
    if (entry.done) entry.done(Written::durable);
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
