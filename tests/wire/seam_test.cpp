#include "headgate/wire/seam.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace headgate::wire {
namespace {

// What is said of the second answer, whatever its pieces.
void expect(const Seam& seam, std::string_view second, std::string_view said) {
  for (const auto& pieces : every_split(second)) {
    auto fresh = seam;
    std::string out;
    for (const auto& piece : pieces) out += fresh.take(piece);
    EXPECT_EQ(out, said) << second << " in " << pieces.size() << " pieces";
  }
}

}  // namespace

TEST(Seam, LetsEverythingThroughWhenNothingCanComeTwice) {
  expect(Seam(), "and so on", "and so on");
  expect(Seam(), " \n", " \n");
}

TEST(Seam, LeavesOutWhatIsRepeatedWhole) {
  expect(Seam("One two", ""), "One two three", " three");
  expect(Seam("One two", ""), "One twoOne two", "One two");
  expect(Seam("Grüße 🌍", ""), "Grüße 🌍!", "!");
}

TEST(Seam, KeepsWhatOnlyBeginsLikeIt) {
  expect(Seam("One two", ""), "One three", "One three");
  expect(Seam("One two", ""), " three", " three");
}

TEST(Seam, HoldsBackWhatMayBecomeARepetition) {
  Seam seam("One two", "");
  EXPECT_EQ(seam.take("One"), "");
  EXPECT_EQ(seam.take(""), "");
  EXPECT_EQ(seam.take(" two"), "");
  EXPECT_EQ(seam.take(" three"), " three");
  EXPECT_EQ(seam.take("One two"), "One two");
}

TEST(Seam, GivesWhatItStillHoldsAtTheEnd) {
  Seam seam("One two", " ");
  EXPECT_EQ(seam.take("One"), "");
  EXPECT_EQ(seam.end(), "One");
  EXPECT_EQ(seam.end(), "");
  Seam whole("One two", "");
  EXPECT_EQ(whole.take("One two"), "");
  EXPECT_EQ(whole.end(), "");
}

TEST(Seam, LeavesOutBlanksThatWereShown) {
  expect(Seam("", " "), " three", "three");
  expect(Seam("", " "), "three", "three");
  expect(Seam("", " "), "  three", " three");
  expect(Seam("", "\n\n"), "\nthree", "three");
  expect(Seam("", "\n"), " three", " three");
  expect(Seam("", " "), "three four", "three four");
}

TEST(Seam, LeavesOutBlanksBehindARepetition) {
  expect(Seam("One", " "), "One two", "two");
  expect(Seam("One", " "), " two", "two");
}

}  // namespace headgate::wire
