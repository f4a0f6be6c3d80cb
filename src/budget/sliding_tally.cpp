#include "headgate/budget/sliding_tally.hpp"

#include <limits>

namespace headgate::budget {
namespace {

// Rounded up: narrower buckets would forget the window's first moments.
core::Duration width_of(core::Duration window, std::size_t buckets) {
  const auto count = static_cast<core::Duration::rep>(buckets);
  return core::Duration(std::max<core::Duration::rep>(1, (window.count() + count - 1) / count));
}

}  // namespace

SlidingTally::SlidingTally(core::Duration window, std::size_t buckets)
    : width_(width_of(window, buckets)),
      buckets_(buckets + 1),  // the newest is not over, so the oldest reaches beyond the window
      newest_(std::numeric_limits<Index>::min() / 2),
      newest_begin_(core::TimePoint::min()),
      newest_end_(core::TimePoint::min()) {}

SlidingTally::Index SlidingTally::index_of(core::TimePoint time) const {
  const auto since = time.time_since_epoch();
  const Index whole = since / width_;
  return since % width_ < core::Duration::zero() ? whole - 1 : whole;
}

std::size_t SlidingTally::position(Index index) const {
  const auto size = static_cast<Index>(buckets_.size());
  return static_cast<std::size_t>(((index % size) + size) % size);
}

void SlidingTally::advance(Index index) {
  if (index <= newest_) return;
  const auto size = static_cast<Index>(buckets_.size());
  for (Index i = std::max(newest_ + 1, index - size + 1); i <= index; ++i) bucket(i) = {};
  newest_ = index;
  newest_begin_ = core::TimePoint(width_ * index);
  newest_end_ = newest_begin_ + width_;
  newest_position_ = position(index);
  // Summed anew: taking away from a sum that stopped at its end would leave too little.
  total_ = {};
  for (const auto& each : buckets_) total_ += each;
}

void SlidingTally::add(core::TimePoint at, const Tally& tally) {
  if (at < newest_begin_ || at >= newest_end_) {
    const Index index = index_of(at);
    advance(index);
    if (index < oldest()) return;
    bucket(index) += tally;
  } else {
    buckets_[newest_position_] += tally;
  }
  total_ += tally;
}

std::optional<core::TimePoint> SlidingTally::when_freed(core::TimePoint now, core::Money amount) {
  total(now);
  core::Money leaving;
  for (Index i = oldest(); i <= newest_; ++i) {
    leaving += bucket(i).spent;
    if (leaving >= amount) return core::TimePoint(width_ * (i + static_cast<Index>(buckets_.size())));
  }
  return std::nullopt;
}

}  // namespace headgate::budget
