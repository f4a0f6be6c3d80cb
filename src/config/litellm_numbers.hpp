// Numbers of a LiteLLM file in our spelling, digit by digit: nothing is rounded.
#pragma once

#include <optional>
#include <string>

#include "document.hpp"

namespace headgate::config::litellm {

// The number times ten to the power of `shift`, as plain decimal. Nothing for what is no number,
// negative, or too long to be meant.
std::optional<std::string> decimal(const Node& node, int shift);

// Nothing where an amount of ours has no room for all digits.
std::optional<std::string> dollars(const Node& node, int shift);

std::optional<std::string> seconds(const Node& node);  // 30 -> 30s, 0.5 -> 500ms
std::optional<std::string> window(const Node& node);   // 30d, 1w; nothing for months, which differ in length
std::optional<std::string> count(const Node& node);    // a whole number from 1 to 1000000000

}  // namespace headgate::config::litellm
