#include "request_history.hpp"

#include "headgate/gateway/decision.hpp"
#include "packed_record.hpp"

namespace headgate::app {

void RequestHistory::remember(const gateway::RequestRecord& record) {
  const std::scoped_lock lock(mutex_);
  if (ring_.size() < kept) return pack(record, ring_.emplace_back());
  pack(record, ring_[next_]);
  next_ = (next_ + 1) % kept;
}

// Clients choose their ids and may use one again.
std::optional<std::size_t> RequestHistory::newest(std::string_view id) const {
  for (std::size_t age = 1; age <= ring_.size(); ++age) {
    const auto at = (next_ + ring_.size() - age) % ring_.size();
    if (id_of_packed(ring_[at]) == id) return at;
  }
  return std::nullopt;
}

std::string RequestHistory::find(std::string_view id) const {
  const std::scoped_lock lock(mutex_);
  const auto at = newest(id);
  return at ? gateway::describe(unpack(ring_[*at])) : "";
}

std::optional<RequestHistory::Answered> RequestHistory::take_rating(std::string_view id, std::string_view tenant) {
  const std::scoped_lock lock(mutex_);
  const auto at = newest(id);
  if (!at) return std::nullopt;
  auto record = unpack(ring_[*at]);
  if (record.tenant != tenant || record.status != 200 || record.attempts.empty() || record.rated) return std::nullopt;
  record.rated = true;
  pack(record, ring_[*at]);
  const auto& answer = record.attempts.back();
  return Answered{answer.model, record.capability, answer.impression.signal};
}

}  // namespace headgate::app
