#include "headgate/wire/splice.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::wire {
namespace {

std::string join(const Spliced& spliced) {
  std::array<std::string_view, Spliced::max_pieces> pieces;
  const auto count = spliced.pieces(pieces);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_FALSE(pieces[i].empty());
    out += pieces[i];
  }
  EXPECT_EQ(out.size(), spliced.size());
  return out;
}

std::string edited(std::string_view original, std::initializer_list<Edit> edits) {
  Spliced spliced(original);
  for (const auto& edit : edits) spliced.add(edit);
  return join(spliced);
}

}  // namespace

TEST(Spliced, IsTheOriginalWithoutEdits) {
  EXPECT_EQ(edited("hello", {}), "hello");
  EXPECT_EQ(edited("", {}), "");
}

TEST(Spliced, ReplacesInsertsAndRemoves) {
  EXPECT_EQ(edited("hello", {{{1, 3}, "ipp"}}), "hippo");
  EXPECT_EQ(edited("hello", {{{0, 0}, ">"}, {{5, 0}, "<"}}), ">hello<");
  EXPECT_EQ(edited("hello", {{{0, 4}, ""}}), "o");
  EXPECT_EQ(edited("hello", {{{0, 5}, ""}}), "");
}

TEST(Spliced, TakesEditsInAnyOrder) {
  EXPECT_EQ(edited("abcdef", {{{5, 1}, "6"}, {{0, 1}, "1"}, {{2, 2}, "34"}}), "1b34e6");
}

TEST(Spliced, TakesAsManyEditsAsItSays) {
  EXPECT_EQ(
      edited("abcdef", {{{0, 1}, "1"}, {{1, 1}, "2"}, {{2, 1}, "3"}, {{3, 1}, "4"}, {{4, 1}, "5"}, {{5, 1}, "6"}}),
      "123456");
  EXPECT_EQ(edited(".a.b.c.d.e.f.",
                   {{{1, 1}, "1"}, {{3, 1}, "2"}, {{5, 1}, "3"}, {{7, 1}, "4"}, {{9, 1}, "5"}, {{11, 1}, "6"}}),
            ".1.2.3.4.5.6.");
}

TEST(Spliced, InsertsInFrontOfAReplacementAtTheSamePlace) {
  EXPECT_EQ(edited("abc", {{{1, 1}, "B"}, {{1, 0}, "<"}}), "a<Bc");
  EXPECT_EQ(edited("abc", {{{1, 0}, "<"}, {{1, 1}, "B"}}), "a<Bc");
  EXPECT_EQ(edited("abc", {{{0, 2}, ""}, {{0, 0}, "<"}}), "<c");
}

TEST(Spliced, InsertsBehindAReplacementThatEndsThere) {
  EXPECT_EQ(edited("abc", {{{0, 1}, "A"}, {{1, 0}, "<"}}), "A<bc");
}

}  // namespace headgate::wire
