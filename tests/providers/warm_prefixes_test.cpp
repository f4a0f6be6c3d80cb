#include "headgate/providers/warm_prefixes.hpp"

#include <gtest/gtest.h>

#include "headgate/providers/prompt_prefix.hpp"

namespace headgate::providers {
namespace {

using std::chrono::minutes;
constexpr core::TimePoint now{std::chrono::hours(5)};

}  // namespace

TEST(WarmPrefixes, AreKnownUntilTheirTimeIsOver) {
  WarmPrefixes warm;
  EXPECT_EQ(warm.find(7, now), std::nullopt);
  warm.note(7, 5000, now + minutes(5));
  EXPECT_EQ(warm.find(7, now), 5000u);
  EXPECT_EQ(warm.find(7, now + minutes(5) - core::milliseconds(1)), 5000u);
  EXPECT_EQ(warm.find(7, now + minutes(5)), std::nullopt);
  EXPECT_EQ(warm.find(8, now), std::nullopt);
}

TEST(WarmPrefixes, AreWhatWasSaidLast) {
  WarmPrefixes warm;
  warm.note(7, 5000, now + minutes(5));
  warm.note(7, 6000, now + minutes(9));
  EXPECT_EQ(warm.find(7, now + minutes(8)), 6000u);
  EXPECT_EQ(warm.size(now), 1u);
  warm.note(7, 0, now + minutes(5));
  EXPECT_EQ(warm.find(7, now), 0u) << "known not to be remembered is not unknown";
}

TEST(WarmPrefixes, AreNotMoreThanTheirBound) {
  WarmPrefixes warm;
  for (std::uint64_t i = 0; i < 10 * WarmPrefixes::most; ++i) warm.note(digest_at(i, 1), 1, now + minutes(5));
  EXPECT_LE(warm.size(now), WarmPrefixes::most);
  EXPECT_GT(warm.size(now), WarmPrefixes::most * 9 / 10);
}

TEST(WarmPrefixes, GiveUpFirstWhatEndsFirst) {
  WarmPrefixes warm;
  warm.note(42, 1, now + minutes(60));
  for (std::uint64_t i = 0; i < 10 * WarmPrefixes::most; ++i) warm.note(digest_at(i, 1), 1, now + minutes(5));
  EXPECT_EQ(warm.find(42, now), 1u);
}

TEST(Digests, AreNotTheSameAtTwoPlaces) {
  EXPECT_NE(digest_at(1, 2), digest_at(2, 1));
  EXPECT_NE(digest_at(1, digest_of("a m")), digest_at(1, digest_of("b m")));
}

}  // namespace headgate::providers
