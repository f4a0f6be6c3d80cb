// Any bytes as a user's and a system's text: probabilities stay probabilities, and the middle of a long text is not
// read. The same of the difficulty. And any bytes as a lexicon or as weights.
#include <cmath>
#include <numeric>
#include <string>

#include "headgate/classify/classifier.hpp"
#include "headgate/classify/difficulty.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

void check(const classify::Profile& profile) {
  float total = 0;
  for (const auto probability : profile.probabilities) {
    require(probability >= 0 && probability <= 1);
    total += probability;
  }
  require(std::abs(total - 1) < 1e-3F);
  require(profile.confidence > 0.12F);
}

void check(float difficulty) { require(difficulty >= 0 && difficulty <= 1); }

// A text of the same length with another middle has the same profile and difficulty.
void change_middle(const classify::Classifier& classifier, const classify::Difficulty& difficulty,
                   std::string_view text) {
  if (text.empty()) return;
  std::string longer;
  while (longer.size() < 4000) longer += text;
  const auto before = classifier.classify({.last_user = longer, .system = {}});
  const auto hard = difficulty.of(longer);
  for (std::size_t i = 900; i + 900 < longer.size(); ++i) longer[i] = '?';
  require(classifier.classify({.last_user = longer, .system = {}}).probabilities == before.probabilities);
  require(difficulty.of(longer) == hard);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const classify::Classifier classifier;
  static const classify::Difficulty difficulty;
  const test::Padded text(test::as_text(data, size), 0);
  const auto half = size / 2;
  check(classifier.classify({.last_user = text.text(), .system = {}}));
  check(classifier.classify({.last_user = text.text().substr(0, half), .system = text.text().substr(half)}));
  check(difficulty.of(text.text()));
  change_middle(classifier, difficulty, text.text());
  const auto made = classify::Classifier::from(text.text().substr(0, half), text.text().substr(half), {});
  if (made) check(made->classify({.last_user = text.text(), .system = {}}));
  if (const auto learned = classify::Difficulty::from(text.text())) check(learned->of(text.text()));
  return 0;
}
