// The features that a trained file knows, by name.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "reader.hpp"

namespace headgate::classify {

inline constexpr std::size_t max_features = 65'536;

// Value, read-only after read.
class Names {
 public:
  // None when they do not ascend. There must be 4 * count bytes left.
  static std::optional<Names> read(Reader& reader, std::size_t count);

  // Place of a feature among the names.
  std::optional<std::uint32_t> find(std::uint32_t name) const {
    const auto mask = slots_.size() - 1;
    for (auto at = name & mask; slots_[at].place != 0; at = (at + 1) & mask)
      if (slots_[at].name == name) return slots_[at].place - 1;
    return std::nullopt;
  }

 private:
  struct Slot {
    std::uint32_t name = 0;
    std::uint32_t place = 0;  // + 1; 0: free
  };

  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
};

}  // namespace headgate::classify
