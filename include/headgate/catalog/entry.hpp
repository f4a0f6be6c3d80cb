// The facts of one model at one vendor. What nobody stated is unknown, which is neither no nor zero.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/catalog/price.hpp"
#include "headgate/core/capability.hpp"

namespace headgate::catalog {

// Which of a vendor's endpoints answers for the model.
enum class Kind : std::uint8_t { chat, responses, embedding };
inline constexpr std::array<std::string_view, 3> kind_names{"chat", "responses", "embedding"};

enum class Support : std::uint8_t { unknown, no, yes };

// What a parameter of a request may be. Unset: no limit is known.
struct ParameterLimit {
  bool supported = true;
  std::optional<double> min;
  std::optional<double> max;
  std::optional<unsigned> max_items;
  friend bool operator==(const ParameterLimit&, const ParameterLimit&) = default;
};

// How good a model is at one kind of task, 0 to 1, and who measured it. Scores of different sources
// are not measured with one ruler.
struct Quality {
  double score = 0;
  std::string source;
  friend bool operator==(const Quality&, const Quality&) = default;
};

// Value.
struct Entry {
  std::string vendor;
  std::string model;                 // as the vendor calls it
  std::vector<std::string> aliases;  // other names of the same model, all facts alike
  std::optional<Kind> kind;
  std::optional<core::Tokens> context_window;  // most tokens of input
  std::optional<core::Tokens> max_output;
  std::optional<core::Tokens> dimensions;  // of an embedding
  std::vector<std::string> input, output;  // modalities; empty: unknown
  core::FeatureSet supported, lacking;     // never both
  std::map<std::string, ParameterLimit, std::less<>> parameters;
  std::optional<Day> deprecation;
  std::optional<Price> price;
  std::vector<Price> other_prices;  // what other sources say
  std::array<std::optional<Quality>, core::capability_count> quality{};

  Support support(core::Feature feature) const {
    return supported.has(feature) ? Support::yes : lacking.has(feature) ? Support::no : Support::unknown;
  }
  friend bool operator==(const Entry&, const Entry&) = default;
};

// What is stated, and above that of which nothing is stated, what is `known`; null: nothing is. A stated
// price stands alone, stated features replace the list, parameters and qualities stand one by one.
Entry over(const Entry& stated, const Entry* known);

}  // namespace headgate::catalog
