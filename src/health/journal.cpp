#include "headgate/health/journal.hpp"

#include <iterator>

namespace headgate::health {

void Journal::add(Change change) {
  const std::scoped_lock lock(mutex_);
  if (changes_.size() == capacity) {
    changes_.pop_front();
    forgotten_.fetch_add(1, std::memory_order_relaxed);
  }
  changes_.push_back(std::move(change));
  size_.store(changes_.size(), std::memory_order_relaxed);
}

std::vector<Change> Journal::take() {
  const std::scoped_lock lock(mutex_);
  std::vector<Change> taken(std::make_move_iterator(changes_.begin()), std::make_move_iterator(changes_.end()));
  changes_.clear();
  size_.store(0, std::memory_order_relaxed);
  return taken;
}

}  // namespace headgate::health
