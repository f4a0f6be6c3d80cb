#include "headgate/classify/difficulty.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace headgate::classify {
namespace {

const Difficulty& shipped() {
  static const Difficulty difficulty;
  return difficulty;
}

// The trainer wrote down what its own arithmetic gives for texts of ours; the first is empty.
TEST(Difficulty, IsWhatTheTrainerComputed) {
  std::ifstream file(HEADGATE_SOURCE_DIR "/tests/fixtures/classifier/expected_difficulty.json");
  const auto rows = nlohmann::json::parse(file);
  ASSERT_GE(rows.size(), 20U);
  for (const auto& row : rows) {
    const std::string text = row.at("text");
    EXPECT_NEAR(shipped().of(text), row.at("difficulty").get<float>(), 1e-5) << text;
  }
}

TEST(Difficulty, OfUnknownWordsIsWhatIsExpectedOfAny) {
  const auto unknown = shipped().of("");
  EXPECT_GT(unknown, 0.05F);
  EXPECT_LT(unknown, 0.25F);
  EXPECT_EQ(shipped().of(" \n\t--- "), unknown);
  EXPECT_EQ(shipped().of(std::string_view("\0\0\xFF\xFE", 4)), unknown);
  EXPECT_EQ(shipped().of("qzxjvkqx"), unknown);
}

TEST(Difficulty, TellsARiddleOfMoralsFromAQuestionOfGeneralKnowledge) {
  const auto riddle = shipped().of(
      "For which of these two scenarios does the main character do something clearly morally wrong? Scenario 1 | I "
      "hid my brother's crutches. Scenario 2 | I lent my brother a coat.\nA. Wrong, Wrong\nB. Wrong, Not wrong\n"
      "C. Not wrong, Wrong\nD. Not wrong, Not wrong\nAnswer:");
  const auto general = shipped().of(
      "What is the name of the process by which firms divide buyers into groups with similar needs?\n"
      "A. Segmentation\nB. Promotion\nC. Retailing\nD. Branding\nAnswer:");
  EXPECT_GT(riddle, 2 * general);
}

TEST(Difficulty, DoesNotReadTheMiddleOfALongText) {
  std::string text;
  while (text.size() < 100'000) text += "Which of the following integrals converges? Prove it. ";
  const auto before = shipped().of(text);
  for (std::size_t i = window_size; i + window_size < text.size(); ++i) text[i] = 'x';
  EXPECT_EQ(shipped().of(text), before);
  text[window_size - 1] = '?';
  text[window_size - 10] = 'q';
  text[text.size() - 3] = 'q';
  EXPECT_NE(shipped().of(text), before);
}

TEST(Difficulty, IsTheSameOfWordsThatWereReadForOthers) {
  const std::string_view text = "Which of the following integrals converges?";
  EXPECT_EQ(shipped().of(Tokens(text)), shipped().of(text));
}

TEST(Difficulty, OfAnyBytesIsBetweenZeroAndOne) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += static_cast<char>(static_cast<unsigned char>(i * 7919 >> 3));
    if (i % 97 != 0) continue;
    const auto difficulty = shipped().of(text);
    EXPECT_GE(difficulty, 0) << i;
    EXPECT_LE(difficulty, 1) << i;
  }
}

TEST(Difficulty, BesideTheUsualOneIsHalf) {
  EXPECT_FLOAT_EQ(beside_usual(usual_gain), 0.5F);
  EXPECT_FLOAT_EQ(beside_usual(0), 0);
  EXPECT_FLOAT_EQ(beside_usual(0.6F), 1);
}

}  // namespace
}  // namespace headgate::classify
