#include "printable.hpp"

#include <gtest/gtest.h>

namespace headgate::app {
namespace {

std::string printable(std::string_view text) {
  std::string out;
  append_printable(out, text);
  return out;
}

}  // namespace

TEST(Printable, LeavesWordsAlone) {
  for (const std::string_view text :
       {"", "gpt-4o", "a b", "Gr\xC3\xBC\xC3\x9F\x65", "\xE4\xB8\xAD", "\xF0\x9F\x8C\x8D"})
    EXPECT_EQ(printable(text), text);
}

TEST(Printable, ShowsWhatWouldSteerATerminal) {
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable("a\r\nb\tc\x7f"), "a\\x0d\\x0ab\\x09c\\x7f");
  EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
}

TEST(Printable, ShowsControlCharactersOfLatin1InBothForms) {
  EXPECT_EQ(printable("\xC2\x9B"
                      "2J"),
            "\xC2\\x9b2J");
  EXPECT_EQ(printable("a\x9B"
                      "2J"),
            "a\\x9b2J");
}

}  // namespace headgate::app
