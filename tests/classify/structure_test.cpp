#include "structure.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::classify {
namespace {

Structure seen_in(std::string_view text) { return structure_of(Tokens(text)); }

TEST(Structure, SeesLinesOfCode) {
  const auto found = seen_in("Why does this fail?\n```\nint main() {\n  return 0;\n}\n```\n");
  EXPECT_EQ(found.lines, 6);
  EXPECT_EQ(found.code_lines, 3);
  EXPECT_EQ(found.fences, 2);
  EXPECT_EQ(found.questions, 1);
}

TEST(Structure, ProseIsNoCode) {
  EXPECT_EQ(seen_in("From the hill we saw the sea; it was late.\nReturn tickets are cheaper.").code_lines, 0);
}

TEST(Structure, SeesOptionsListsAndFields) {
  const auto found = seen_in("Pick one.\nA. red\n(b) green\nC) blue\n1. first\n- second\nAnswer: ");
  EXPECT_EQ(found.option_lines, 3);
  EXPECT_EQ(found.list_lines, 2);
  EXPECT_EQ(found.field_lines, 1);
}

TEST(Structure, ANumberWithSeparatorsIsOne) { EXPECT_EQ(seen_in("1,250.50 and 7").numbers, 2); }

TEST(Structure, CountsLettersByScript) {
  const auto found = seen_in("Übersetze: 你好 мир");
  EXPECT_EQ(found.scripts[static_cast<std::size_t>(Script::latin)], 9);
  EXPECT_EQ(found.scripts[static_cast<std::size_t>(Script::han)], 2);
  EXPECT_EQ(found.scripts[static_cast<std::size_t>(Script::cyrillic)], 3);
}

TEST(Structure, TheLastMarkDoesNotDependOnItsWidth) {
  EXPECT_TRUE(seen_in("为什么？ ").last == U'?');
  EXPECT_TRUE(seen_in("Why?\n").last == U'?');
}

TEST(Structure, TheLengthIsThatOfTheWholeText) {
  const auto found = seen_in(std::string(1'000'000, 'x'));
  EXPECT_EQ(found.length, 1'000'000U);
  EXPECT_EQ(found.bytes, static_cast<int>(2 * window_size));
}

}  // namespace
}  // namespace headgate::classify
