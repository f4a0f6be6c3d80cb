#include "request_history.hpp"

#include "headgate/gateway/decision.hpp"

namespace headgate::app {

void RequestHistory::remember(gateway::RequestRecord& record) {
  const std::scoped_lock lock(mutex_);
  if (ring_.size() < kept) {
    ring_.push_back(std::move(record));
  } else {
    std::swap(ring_[next_], record);
    next_ = (next_ + 1) % kept;
  }
}

std::string RequestHistory::find(std::string_view id) const {
  const std::scoped_lock lock(mutex_);
  // Newest first: clients choose their ids and may use one again.
  for (std::size_t age = 1; age <= ring_.size(); ++age) {
    const auto& record = ring_[(next_ + ring_.size() - age) % ring_.size()];
    if (record.id == id) return gateway::describe(record);
  }
  return {};
}

}  // namespace headgate::app
