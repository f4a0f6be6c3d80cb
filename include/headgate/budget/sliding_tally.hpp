// A tally of the last so many hours, in fixed memory. Time is cut into buckets of equal width; a
// bucket counts until the last of what it holds has left the window. So the total never misses
// anything, and holds at most one bucket's width (window / buckets) too much.
#pragma once

#include <optional>
#include <vector>

#include "headgate/budget/tally.hpp"
#include "headgate/core/time.hpp"

namespace headgate::budget {

// Value.
class SlidingTally {
 public:
  static constexpr std::size_t default_buckets = 60;

  explicit SlidingTally(core::Duration window, std::size_t buckets = default_buckets);

  // `at` may lie in the past; what has left the window already is not counted.
  void add(core::TimePoint at, const Tally& tally);
  const Tally& total(core::TimePoint now) {
    if (now >= newest_end_) advance(index_of(now));
    return total_;
  }
  // When at least `amount` of what is counted will have left. None: more than is counted.
  std::optional<core::TimePoint> when_freed(core::TimePoint now, core::Money amount);
  core::Duration bucket_width() const { return width_; }

 private:
  using Index = std::int64_t;

  Index index_of(core::TimePoint time) const;
  std::size_t position(Index index) const;
  Tally& bucket(Index index) { return buckets_[position(index)]; }
  Index oldest() const { return newest_ - static_cast<Index>(buckets_.size()) + 1; }
  void advance(Index index);

  core::Duration width_;
  std::vector<Tally> buckets_;  // a ring; its size never changes
  Index newest_;
  Tally total_;
  // Nearly every call falls into the newest bucket, which is found without dividing.
  core::TimePoint newest_begin_, newest_end_;
  std::size_t newest_position_ = 0;
};

}  // namespace headgate::budget
