// What is known of a request's task: the answer of the classifier, and what it is asked with.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "headgate/core/capability.hpp"

namespace headgate::classify {

// Views of the conversation. Any bytes, any length.
struct Text {
  std::string_view last_user;
  std::string_view system;
};

struct Settings {
  // Below this confidence the classifier abstains. docs/classifier.md says what each value costs.
  float threshold = 0.6F;
};

// Value.
struct Profile {
  std::optional<core::Capability> capability;  // none: abstained
  float confidence = 0;                        // the highest probability, said or not
  std::array<float, core::capability_count> probabilities{};
};

}  // namespace headgate::classify
