// What an attempt says about who was asked. Decided on the fields of an error, never on its text.
#pragma once

#include <cstdint>
#include <optional>

#include "headgate/core/error.hpp"

namespace headgate::health {

enum class Outcome : std::uint8_t {
  success,
  failure,             // the provider's: counts against its breakers
  rate_limited,        // alive and busy: a pause
  credential_refused,  // our key or our bill, whatever the provider's health
  uncounted,           // says nothing: the client's fault, or our own
};

// `provider_status` is the status of the provider's answer; none when it sent no head.
Outcome outcome_of(const core::Error& error, std::optional<int> provider_status);

}  // namespace headgate::health
