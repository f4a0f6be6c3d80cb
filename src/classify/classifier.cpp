#include "headgate/classify/classifier.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "embedded.hpp"
#include "model.hpp"

namespace headgate::classify {
namespace {

std::array<float, core::capability_count> softmax(const Logits& logits) {
  const auto highest = *std::max_element(logits.begin(), logits.end());
  auto result = logits;
  float total = 0;
  for (auto& value : result) total += value = std::exp(value - highest);
  for (auto& value : result) value /= total;
  return result;
}

}  // namespace

Classifier::Classifier(std::shared_ptr<const Model> model, const Settings& settings)
    : model_(std::move(model)), settings_(settings) {}

// The binary's own files are checked by the tests: a mismatch is a bug, not a flow.
Classifier::Classifier(const Settings& settings)
    : Classifier(from(embedded::lexicon(), embedded::weights(), settings).value()) {}

core::Result<Classifier> Classifier::from(std::string_view lexicon, std::string_view weights,
                                          const Settings& settings) {
  auto words = Lexicon::parse(lexicon);
  if (!words) return words.error();
  auto table = Weights::parse(weights, words->digest());
  if (!table) return table.error();
  return Classifier(std::make_shared<const Model>(Model{std::move(*words), std::move(*table)}), settings);
}

Profile Classifier::classify(const Tokens& text) const {
  Profile profile;
  profile.probabilities = softmax(logits_of(*model_, text));
  const auto best = std::max_element(profile.probabilities.begin(), profile.probabilities.end());
  profile.confidence = *best;
  if (*best >= settings_.threshold)
    profile.capability = static_cast<core::Capability>(best - profile.probabilities.begin());
  return profile;
}

Profile Classifier::classify(const Tokens& last_user, std::string_view system) const {
  const auto said = classify(last_user);
  if (said.capability || system.empty()) return said;
  const auto told = classify(Tokens(system));
  return told.capability ? told : said;
}

}  // namespace headgate::classify
