#include "headgate/classify/tokens.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace headgate::classify {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> words(std::string_view source) {
  const Tokens tokens(source);
  std::vector<std::string> found;
  for (const auto& token : tokens.all()) found.emplace_back(tokens.text(token));
  return found;
}

TEST(Tokens, AreFoldedWords) {
  EXPECT_THAT(words("Écris: WHAT'S 1,024 naïve?"), ElementsAre("ecris", ":", "whats", "0", "0", "naive", "?"));
  EXPECT_THAT(words("ПЕРЕВЕДИ Ёлка"), ElementsAre("переведи", "ёлка"));
}

TEST(Tokens, OfScriptsWithoutSpacesAreSingleCharacters) {
  EXPECT_THAT(words("用python编写？"), ElementsAre("用", "python", "编", "写", "?"));
}

TEST(Tokens, SpellingInFullWidthIsTheSame) { EXPECT_THAT(words("ＳＱＬ：１２"), ElementsAre("sql", ":", "0")); }

TEST(Tokens, OfBytesThatAreNoTextAreNone) {
  EXPECT_THAT(words(std::string_view("\0\xFF\xC0\x80\xED\xA0\x80\xF5", 8)), IsEmpty());
  EXPECT_THAT(words("ab\xE4\xB8"), ElementsAre("ab"));
}

TEST(Tokens, ALongTextIsReadAtItsEndsOnly) {
  const std::string middle(30'000'000, 'x');
  const auto found = words("First. " + middle + " last");
  EXPECT_EQ(found.front(), "first");
  EXPECT_EQ(found.back(), "last");
  EXPECT_EQ(found.size(), 4U);
}

TEST(Tokens, FillTheirBuffersAndNoMore) {
  const std::string spaced = [] {
    std::string text;
    while (text.size() < 5 * window_size) text += "? ";
    return text;
  }();
  EXPECT_EQ(words(spaced).size(), window_size);
  EXPECT_EQ(words(std::string(5 * window_size, '?')).size(), 2 * window_size);
}

TEST(Tokens, TheWindowOfTheEndStartsAtACharacter) {
  std::string text = "a";
  while (text.size() < 4 * window_size) text += "字";
  const auto windows = windows_of(text);
  EXPECT_TRUE(windows.tail.starts_with("字"));
  EXPECT_LE(windows.tail.size(), window_size);
}

TEST(Tokens, AreHashedAsTheirTextsAlone) {
  const Tokens tokens("Counterrevolutionaries met: 用 1,024 naïve Ёлка x");
  for (const auto& token : tokens.all()) {
    EXPECT_EQ(token.hash, hash_text(tokens.text(token))) << tokens.text(token);
    const auto bytes = std::min<std::size_t>(token.size(), 5);
    EXPECT_EQ(tokens.hash(token, bytes), hash_text(tokens.text(token).substr(0, bytes))) << tokens.text(token);
  }
}

TEST(Tokens, CountWhatTheyPass) {
  const auto counts = Tokens("f(x) = \"1.5\" + 2? «да» α!").counts();
  EXPECT_EQ(counts.numbers, 2);
  EXPECT_EQ(counts.operators, 2);
  EXPECT_EQ(counts.brackets, 2);
  EXPECT_EQ(counts.quotes, 3);
  EXPECT_EQ(counts.questions, 1);
  EXPECT_EQ(counts.scripts[static_cast<std::size_t>(Script::latin)], 2);
  EXPECT_EQ(counts.scripts[static_cast<std::size_t>(Script::cyrillic)], 2);
  EXPECT_TRUE(counts.last == U'!');
}

TEST(Fold, GivesTheBaseLettersOfLatinAccents) {
  EXPECT_TRUE(fold(U'Ä') == U'a');
  EXPECT_TRUE(fold(U'ç') == U'c');
  EXPECT_TRUE(fold(U'Ł') == U'l');
  EXPECT_TRUE(fold(U'ş') == U's');
  EXPECT_TRUE(fold(U'ß') == U'ß');
  EXPECT_TRUE(fold(U'Ž') == U'z');
}

TEST(Decode, GivesBackWhatEncodeWrote) {
  for (char32_t value = 0; value <= 0x10FFFF; value += 7) {
    if (value >= 0xD800 && value <= 0xDFFF) continue;
    char bytes[4];
    const auto size = static_cast<std::size_t>(encode(value, bytes));
    const auto point = decode({bytes, size});
    ASSERT_TRUE(point.value == value);
    ASSERT_EQ(point.size, size);
    ASSERT_LE(encode(fold(value), bytes), static_cast<int>(size))
        << "folding must not lengthen " << std::hex << static_cast<std::uint32_t>(value);
  }
}

TEST(Points, AreWhatDecodingFoldingAndSortingGive) {
  std::string bytes(4, '\0');
  for (char32_t value = 0; value < 0x30000; value += value < 0x800 ? 1 : 7) {
    bytes.resize(static_cast<std::size_t>(encode(value, bytes.data())));
    const auto point = decode(bytes);
    const auto read = read_point(bytes);
    EXPECT_EQ(read.value, fold(point.value)) << static_cast<unsigned>(value);
    EXPECT_EQ(read.kind, kind_of(fold(point.value))) << static_cast<unsigned>(value);
    EXPECT_EQ(read.size, point.size) << static_cast<unsigned>(value);
    bytes.resize(4);
  }
  EXPECT_EQ(read_point("A").value, U'a');
  EXPECT_EQ(read_point("7").kind, Kind::digit);
  EXPECT_EQ(read_point("?").kind, Kind::mark);
  EXPECT_EQ(read_point("_").kind, Kind::gap);
}

}  // namespace
}  // namespace headgate::classify
