// What one dialect can say and another cannot. Nothing is dropped in silence: what changes an answer is
// refused by name, what does not is left out and told.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"

namespace headgate::dialects {

// 422 capability_unavailable, next target: "`logprobs` cannot be asked of this model's API." `param` is the path.
core::Error cannot_say(std::string_view param);

// Extras whose path is among `harmless` (indices left out: "tools[].input_examples") are added to `changed`; the first
// other one is refused.
core::Result<void> leave_behind(std::span<const chat::Extra> extras, std::span<const std::string_view> harmless,
                                std::vector<std::string>& changed);

}  // namespace headgate::dialects
