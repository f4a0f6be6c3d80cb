#include <gmock/gmock.h>

#include <string>

#include "headgate/net/stream.hpp"
#include "support/random.hpp"

namespace headgate::net {
namespace {

std::string text_of(const Outgoing& outgoing) {
  std::string text;
  for (const auto& piece : outgoing.buffers()) text.append(static_cast<const char*>(piece.data()), piece.size());
  return text;
}

}  // namespace

TEST(Outgoing, EmptyPiecesAreNone) {
  Outgoing outgoing;
  outgoing.add("");
  EXPECT_TRUE(outgoing.empty());
  EXPECT_TRUE(outgoing.buffers().empty());
}

TEST(Outgoing, ConsumesWithinAndAcrossPieces) {
  Outgoing outgoing;
  for (const auto* piece : {"abc", "de", "fghi"}) outgoing.add(piece);
  outgoing.consume(1);
  EXPECT_EQ(text_of(outgoing), "bcdefghi");
  outgoing.consume(2);
  EXPECT_EQ(outgoing.buffers().size(), 2u);
  outgoing.consume(3);
  EXPECT_EQ(text_of(outgoing), "ghi");
  outgoing.consume(3);
  EXPECT_TRUE(outgoing.empty());
  outgoing.consume(0);
  EXPECT_TRUE(outgoing.empty());
}

TEST(Outgoing, AFullOneStillTakesItsHeadroom) {
  Outgoing outgoing;
  while (!outgoing.full()) outgoing.add("x");
  for (std::size_t i = 0; i < Outgoing::headroom; ++i) outgoing.add("y");
  EXPECT_EQ(outgoing.buffers().size(), Outgoing::max_pieces);
  EXPECT_TRUE(text_of(outgoing).ends_with("xyyyyyyyy"));
}

TEST(Outgoing, AgreesWithAStringOnRandomSplits) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    test::Random random(seed);
    std::vector<std::string> pieces;
    Outgoing outgoing;
    std::string expected;
    for (auto count = random.below(Outgoing::max_pieces + 1); count > 0; --count)
      pieces.push_back(random.bytes(random.below(20)));
    for (const auto& piece : pieces) outgoing.add(piece), expected += piece;
    while (!expected.empty()) {
      const auto size = random.below(expected.size() + 1);
      outgoing.consume(size);
      expected.erase(0, size);
      ASSERT_EQ(text_of(outgoing), expected) << "seed " << seed;
      ASSERT_EQ(outgoing.empty(), expected.empty());
    }
  }
}

}  // namespace headgate::net
