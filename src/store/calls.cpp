#include "calls.hpp"

namespace headgate::store {

Calls::Calls(Settings settings) : settings_(std::move(settings)) {
  thread_ = std::thread([this] { run(); });
}

Calls::~Calls() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Calls::add(std::size_t bytes, std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    const bool full = waiting_.size() >= settings_.max_waiting || waiting_bytes_ + bytes > settings_.max_waiting_bytes;
    if (stopping_ || (full && !waiting_.empty())) return false;
    waiting_.push_back({bytes, std::move(call)});
    waiting_bytes_ += bytes;
  }
  wake_.notify_one();
  return true;
}

void Calls::run() {
  auto chore_at = core::Clock::now();
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_until(lock, chore_at, [this] { return stopping_ || !waiting_.empty(); });
    if (!waiting_.empty()) {
      const auto call = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      call.run();
      lock.lock();
      waiting_bytes_ -= call.bytes;
    } else if (stopping_) {
      return;
    }
    if (stopping_ || core::Clock::now() < chore_at) continue;
    lock.unlock();
    settings_.chore();
    lock.lock();
    chore_at = core::Clock::now() + settings_.chore_every;
  }
}

}  // namespace headgate::store
