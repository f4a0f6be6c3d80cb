#include "lexicon.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace headgate::classify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view file =
    "# a comment\n"
    "translate: translat*, übersetz*, 翻译\n"
    "language: English, german\n"
    "\n"
    "summarize: sum up, summary\n"
    "sum: sum\n";

std::vector<std::string> concepts_in(std::string_view source) {
  const auto lexicon = Lexicon::parse(file).value();
  std::vector<std::string> found;
  lexicon.find(Tokens(source), [&](Mention mention) { found.push_back(lexicon.concepts()[mention.concept_id]); });
  return found;
}

TEST(Lexicon, FindsConceptsInManyLanguages) {
  EXPECT_THAT(concepts_in("Translating from GERMAN, please"), ElementsAre("translate", "language"));
  EXPECT_THAT(concepts_in("Übersetze das"), ElementsAre("translate"));
  EXPECT_THAT(concepts_in("请翻译这个"), ElementsAre("translate"));
}

TEST(Lexicon, AWholeWordIsNoPartOfALongerOne) { EXPECT_THAT(concepts_in("englishman summaryless"), IsEmpty()); }

TEST(Lexicon, TheLongestPhraseWins) { EXPECT_THAT(concepts_in("sum   up the sum"), ElementsAre("summarize", "sum")); }

TEST(Lexicon, AWholeWordWinsOverABeginningAndALongBeginningOverAShortOne) {
  const auto lexicon = Lexicon::parse("a: class*\nb: classifi*\nc: classes\nd: in class*\n").value();
  const auto first = [&](std::string_view source) {
    std::string found;
    lexicon.find(Tokens(source), [&](Mention mention) { found += lexicon.concepts()[mention.concept_id]; });
    return found;
  };
  EXPECT_EQ(first("class"), "a");
  EXPECT_EQ(first("classmate"), "a");
  EXPECT_EQ(first("classifiers"), "b");
  EXPECT_EQ(first("classes"), "c");
  EXPECT_EQ(first("in classrooms, in clas"), "d");
}

TEST(Lexicon, NoPhraseSpansTheTwoEndsOfALongText) {
  const auto text = "x sum" + std::string(window_size, '.') + std::string(window_size, '.') + "up";
  EXPECT_THAT(concepts_in(text), ElementsAre("sum"));
}

TEST(Lexicon, TellsTheLineOfAPhraseListedTwice) {
  const auto lexicon = Lexicon::parse("a: one\nb: two, ONE\n");
  ASSERT_FALSE(lexicon);
  EXPECT_THAT(lexicon.error().message(), AllOf(HasSubstr("line 2"), HasSubstr("ONE")));
}

TEST(Lexicon, RefusesAnEmptyPhrase) {
  EXPECT_FALSE(Lexicon::parse("a: one,, two\n"));
  EXPECT_FALSE(Lexicon::parse("a: one, *\n"));
  EXPECT_FALSE(Lexicon::parse("a: ...\n"));
}

TEST(Lexicon, RefusesABeginningThatManyWordsShare) {
  EXPECT_FALSE(Lexicon::parse("a: cla*\n"));
  EXPECT_FALSE(Lexicon::parse("a: in cl*\n"));
  EXPECT_TRUE(Lexicon::parse("a: clas*, in cla*\n"));
}

}  // namespace
}  // namespace headgate::classify
