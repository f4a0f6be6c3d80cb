#include "headgate/classify/classifier.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>

namespace headgate::classify {
namespace {

using core::Capability;
using testing::Optional;

const Classifier& shipped() {
  static const Classifier classifier;
  return classifier;
}

std::optional<Capability> asked(std::string_view text) {
  return shipped().classify({.last_user = text, .system = {}}).capability;
}

TEST(Classifier, KnowsPlainRequests) {
  EXPECT_THAT(asked("hey, how are you doing today?"), Optional(Capability::chat));
  EXPECT_THAT(asked("Write a Python function that removes duplicates from a list."), Optional(Capability::code));
  EXPECT_THAT(asked("A baker sells 14 loaves at 3 dollars each. How much does he earn in 5 days?"),
              Optional(Capability::reasoning_math));
  EXPECT_THAT(asked("Summarize the following report in two sentences."), Optional(Capability::summarization));
  EXPECT_THAT(asked("Classify this review as positive or negative: the soup was cold."),
              Optional(Capability::extraction_classification));
  EXPECT_THAT(asked("Translate into Italian: the shop opens at nine."), Optional(Capability::translation_multilingual));
  EXPECT_THAT(asked("Write a short poem about a lighthouse."), Optional(Capability::creative_writing));
  EXPECT_THAT(asked("What is the capital of Peru?"), Optional(Capability::question_answering));
}

TEST(Classifier, KnowsTheTaskInOtherLanguages) {
  EXPECT_THAT(asked("Übersetze diesen Satz ins Englische: Das Haus ist grün."),
              Optional(Capability::translation_multilingual));
  EXPECT_THAT(asked("请写一首关于大海的诗。"), Optional(Capability::creative_writing));
  EXPECT_THAT(asked("Résume cet article en trois phrases."), Optional(Capability::summarization));
  EXPECT_THAT(asked("Напиши функцию на Python, которая сортирует список."), Optional(Capability::code));
}

TEST(Classifier, FindsTheInstructionAtEitherEndOfALongText) {
  std::string material;
  while (material.size() < 50'000)
    material += "The committee met again on Monday and heard the reports of both teams. ";
  EXPECT_THAT(asked("Summarize this article.\n\n" + material), Optional(Capability::summarization));
  EXPECT_THAT(asked(material + "\n\nTranslate the text above into German."),
              Optional(Capability::translation_multilingual));
}

TEST(Classifier, ProbabilitiesSumToOneAndConfidenceIsTheHighest) {
  for (const std::string_view text : {"", "x", "Solve 3x = 9", "\xFF\xFE"}) {
    const auto profile = shipped().classify({.last_user = text, .system = {}});
    EXPECT_NEAR(std::accumulate(profile.probabilities.begin(), profile.probabilities.end(), 0.0F), 1, 1e-4);
    EXPECT_EQ(profile.confidence, *std::max_element(profile.probabilities.begin(), profile.probabilities.end()));
  }
}

TEST(Classifier, AbstainsBelowTheThreshold) {
  const std::string_view text = "Write a short poem about a lighthouse.";
  const auto confidence = shipped().classify({.last_user = text, .system = {}}).confidence;
  const Classifier lenient(Settings{.threshold = confidence});
  const Classifier strict(Settings{.threshold = std::nextafter(confidence, 2.0F)});
  EXPECT_TRUE(lenient.classify({.last_user = text, .system = {}}).capability);
  const auto profile = strict.classify({.last_user = text, .system = {}});
  EXPECT_FALSE(profile.capability);
  EXPECT_EQ(profile.confidence, confidence);
}

TEST(Classifier, NothingSaidIsNoTask) {
  EXPECT_FALSE(asked(""));
  EXPECT_FALSE(asked(" \n\t"));
  EXPECT_FALSE(asked(std::string_view("\0\0\xFF\xFE", 4)));
}

TEST(Classifier, TheSystemTextDecidesOnlyWhereTheUserLeftItOpen) {
  const std::string_view translator = "Translate everything the user says into French.";
  EXPECT_THAT(shipped().classify({.last_user = "", .system = translator}).capability,
              Optional(Capability::translation_multilingual));
  EXPECT_THAT(shipped()
                  .classify({.last_user = "Write a Python function that adds two numbers.", .system = translator})
                  .capability,
              Optional(Capability::code));
}

TEST(Classifier, TakesWordsThatWereReadForOthers) {
  const std::string_view text = "Translate into Italian: the shop opens at nine.";
  EXPECT_EQ(shipped().classify(Tokens(text), {}).probabilities,
            shipped().classify({.last_user = text, .system = {}}).probabilities);
}

// The trainer wrote down what its own arithmetic gives for texts of ours.
TEST(Classifier, ComputesWhatTheTrainerComputed) {
  std::ifstream file(HEADGATE_SOURCE_DIR "/tests/fixtures/classifier/expected.json");
  const auto rows = nlohmann::json::parse(file);
  ASSERT_GE(rows.size(), 20U);
  for (const auto& row : rows) {
    const std::string text = row.at("text");
    const auto profile = shipped().classify({.last_user = text, .system = {}});
    for (std::size_t i = 0; i < core::capability_count; ++i)
      EXPECT_NEAR(profile.probabilities[i], row.at("probabilities")[i].get<float>(), 2e-4) << text;
  }
}

TEST(Classifier, RefusesFilesThatDoNotBelongTogether) {
  EXPECT_FALSE(Classifier::from("a: one\n", "HGCW", {}));
  EXPECT_FALSE(Classifier::from("a: one, one\n", "", {}));
}

}  // namespace
}  // namespace headgate::classify
