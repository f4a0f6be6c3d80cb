// Counts over the last so-and-so long, in fixed memory: ten buckets, the oldest dropped as time goes
// on. What it covers is between nine and ten tenths of its length.
#pragma once

#include <array>
#include <cstdint>

#include "headgate/core/time.hpp"

namespace headgate::health {

// Value. Counts is a struct of numbers with += and -=.
template <typename Counts>
class Window {
 public:
  static constexpr std::int64_t bucket_count = 10;

  explicit Window(core::Duration length) : width_(std::max(length / bucket_count, core::Duration(1))) {}

  core::Duration length() const { return width_ * bucket_count; }

  // A time before the newest is taken for the newest: callers on several threads read the clock
  // before they come here.
  void add(core::TimePoint now, const Counts& counts) {
    advance(now);
    buckets_[slot(newest_)] += counts;
    total_ += counts;
  }

  Counts total(core::TimePoint now) const {
    if (now < newest_ends_) return total_;
    Counts live = total_;
    const auto passed = std::min(number_of(now) - newest_, bucket_count);
    for (std::int64_t i = 1; i <= passed; ++i) live -= buckets_[slot(newest_ + i)];
    return live;
  }

  void clear() { buckets_ = {}, total_ = {}; }

 private:
  std::int64_t number_of(core::TimePoint now) const { return now.time_since_epoch() / width_; }
  static std::size_t slot(std::int64_t number) {
    return static_cast<std::size_t>(static_cast<std::uint64_t>(number) % bucket_count);
  }

  void advance(core::TimePoint now) {
    if (now < newest_ends_) return;
    const auto number = number_of(now);
    const auto passed = std::min(number - newest_, bucket_count);
    for (std::int64_t i = 0; i < passed; ++i) {
      auto& oldest = buckets_[slot(number - i)];
      total_ -= oldest;
      oldest = {};
    }
    newest_ = number;
    newest_ends_ = core::after(core::TimePoint(width_ * number), width_);
  }

  core::Duration width_;
  std::array<Counts, bucket_count> buckets_{};
  Counts total_{};
  std::int64_t newest_ = 0;  // number of the newest bucket
  core::TimePoint newest_ends_{};
};

}  // namespace headgate::health
