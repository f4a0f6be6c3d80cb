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

// Clients choose their ids and may use one again.
const gateway::RequestRecord* RequestHistory::newest(std::string_view id) const {
  for (std::size_t age = 1; age <= ring_.size(); ++age) {
    const auto& record = ring_[(next_ + ring_.size() - age) % ring_.size()];
    if (record.id == id) return &record;
  }
  return nullptr;
}

std::string RequestHistory::find(std::string_view id) const {
  const std::scoped_lock lock(mutex_);
  const auto* record = newest(id);
  return record == nullptr ? "" : gateway::describe(*record);
}

std::optional<RequestHistory::Answered> RequestHistory::take_rating(std::string_view id, std::string_view tenant) {
  const std::scoped_lock lock(mutex_);
  const auto* record = newest(id);
  if (record == nullptr || record->tenant != tenant || record->status != 200 || record->attempts.empty() ||
      record->rated)
    return std::nullopt;
  ring_[static_cast<std::size_t>(record - ring_.data())].rated = true;
  const auto& answer = record->attempts.back();
  return Answered{answer.model, record->capability, answer.impression.signal};
}

}  // namespace headgate::app
