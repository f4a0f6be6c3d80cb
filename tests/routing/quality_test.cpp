#include "routing/support.hpp"
#include "table.hpp"

namespace headgate::routing {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
constexpr auto unknown = std::nullopt;

auto near(double value) { return DoubleNear(value, 1e-9); }

}  // namespace

TEST(PresumedQuality, FallsGentlyByRankWhenNothingIsKnown) {
  EXPECT_THAT(presumed_quality({unknown, unknown, unknown}), ElementsAre(near(0.75), near(0.675), near(0.6075)));
}

TEST(PresumedQuality, LiesBetweenItsKnownNeighbours) {
  EXPECT_THAT(presumed_quality({0.9, unknown, unknown, 0.6}), ElementsAre(0.9, near(0.8), near(0.7), 0.6));
}

TEST(PresumedQuality, IsBelowTheKnownOneAboveAndAboveTheOneBelow) {
  EXPECT_THAT(presumed_quality({unknown, 0.5, unknown, unknown}),
              ElementsAre(near(0.55), 0.5, near(0.45), near(0.405)));
}

TEST(PresumedQuality, StaysBetweenNoneAndPerfect) {
  std::vector<std::optional<double>> known(40);
  known[20] = 1.0;
  for (const double quality : presumed_quality(known)) {
    EXPECT_GE(quality, 0);
    EXPECT_LE(quality, 1);
  }
}

TEST(KnownQuality, IsTheMeanOfAllWhenTheCapabilityIsNotKnown) {
  auto two = model("two");
  EXPECT_EQ(known_quality(two.facts, unknown), unknown);
  set_quality(two, core::Capability::code, 0.8);
  set_quality(two, core::Capability::chat, 0.6);
  EXPECT_THAT(known_quality(two.facts, unknown).value(), near(0.7));
  EXPECT_EQ(known_quality(two.facts, core::Capability::code), 0.8);
  EXPECT_EQ(known_quality(two.facts, core::Capability::summarization), unknown);
}

}  // namespace headgate::routing
