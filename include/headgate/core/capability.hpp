// What kind of task a request is, and what a model must be able to do to take it. The names are
// those of the configuration, the headers and the decision.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace headgate::core {

enum class Capability : std::uint8_t {
  chat,
  code,
  reasoning_math,
  summarization,
  extraction_classification,
  translation_multilingual,
  creative_writing,
  question_answering,
};

inline constexpr std::array<std::string_view, 8> capability_names{"chat",
                                                                  "code",
                                                                  "reasoning_math",
                                                                  "summarization",
                                                                  "extraction_classification",
                                                                  "translation_multilingual",
                                                                  "creative_writing",
                                                                  "question_answering"};
inline constexpr std::size_t capability_count = capability_names.size();

constexpr std::string_view name_of(Capability capability) {
  return capability_names[static_cast<std::size_t>(capability)];
}

constexpr std::optional<Capability> capability_named(std::string_view name) {
  for (std::size_t i = 0; i < capability_count; ++i)
    if (capability_names[i] == name) return static_cast<Capability>(i);
  return std::nullopt;
}

// An ability that a request needs or a model has.
enum class Feature : std::uint8_t {
  tools,
  parallel_tools,
  vision,
  audio,
  files,
  json_object,
  json_schema,
  logprobs,
  n,
  reasoning,
  prefill,
  system,
};

inline constexpr std::array<std::string_view, 12> feature_names{"tools", "parallel_tools", "vision",      "audio",
                                                                "files", "json_object",    "json_schema", "logprobs",
                                                                "n",     "reasoning",      "prefill",     "system"};
inline constexpr std::size_t feature_count = feature_names.size();

constexpr std::string_view name_of(Feature feature) { return feature_names[static_cast<std::size_t>(feature)]; }

constexpr std::optional<Feature> feature_named(std::string_view name) {
  for (std::size_t i = 0; i < feature_count; ++i)
    if (feature_names[i] == name) return static_cast<Feature>(i);
  return std::nullopt;
}

// Value: a set of features in one word.
class FeatureSet {
 public:
  constexpr FeatureSet() = default;
  constexpr void add(Feature feature) { bits_ |= bit(feature); }
  constexpr bool has(Feature feature) const { return (bits_ & bit(feature)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr FeatureSet without(FeatureSet other) const { return FeatureSet(bits_ & ~other.bits_); }
  friend constexpr FeatureSet operator|(FeatureSet a, FeatureSet b) { return FeatureSet(a.bits_ | b.bits_); }
  friend constexpr bool operator==(FeatureSet, FeatureSet) = default;

 private:
  constexpr explicit FeatureSet(std::uint16_t bits) : bits_(bits) {}
  static constexpr std::uint16_t bit(Feature feature) {
    return static_cast<std::uint16_t>(1u << static_cast<unsigned>(feature));
  }
  std::uint16_t bits_ = 0;
};

// Without these of a model a request can be put differently: JSON asked for in words, tools one after the
// other, the system's text as part of the user's, no word on how hard to think.
constexpr FeatureSet adaptable_features() {
  FeatureSet features;
  for (const auto feature :
       {Feature::parallel_tools, Feature::json_object, Feature::json_schema, Feature::reasoning, Feature::system})
    features.add(feature);
  return features;
}

}  // namespace headgate::core
