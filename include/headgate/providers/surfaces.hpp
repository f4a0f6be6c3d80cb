// Which of OpenAI's surfaces a vendor has besides chat completions: one more column of the vendor table, long enough
// for a place of its own.
#pragma once

#include <initializer_list>

#include "headgate/providers/vendor.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::providers {

// Value.
class Surfaces {
 public:
  constexpr Surfaces(std::initializer_list<wire::Surface> list) {
    for (const auto surface : list) bits_ |= bit(surface);
  }
  constexpr bool has(wire::Surface surface) const { return (bits_ & bit(surface)) != 0; }

 private:
  static constexpr unsigned bit(wire::Surface surface) { return 1u << static_cast<unsigned>(surface); }
  unsigned bits_ = 0;
};

Surfaces surfaces_of(const Vendor& vendor);

}  // namespace headgate::providers
