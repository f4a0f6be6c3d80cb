// What the tests of texts share: padding, and feeding a machine by every split.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/wire/json.hpp"

namespace headgate::wire {

// A text with the bytes behind it that JSON readers ask for, none of them blank.
class Padded {
 public:
  explicit Padded(std::string_view text)
      : size_(text.size()), bytes_(std::string(text) + std::string(json_padding, 'x')) {}
  std::string_view text() const { return std::string_view(bytes_).substr(0, size_); }

 private:
  std::size_t size_;
  std::string bytes_;
};

using Pieces = std::vector<std::string>;

inline Pieces byte_by_byte(std::string_view text) {
  Pieces pieces;
  for (const char c : text) pieces.emplace_back(1, c);
  return pieces;
}

// Whole, byte by byte, and cut in two at every boundary.
inline std::vector<Pieces> every_split(std::string_view text) {
  std::vector<Pieces> splits{{std::string(text)}, byte_by_byte(text)};
  for (std::size_t at = 1; at < text.size(); ++at)
    splits.push_back({std::string(text.substr(0, at)), std::string(text.substr(at))});
  return splits;
}

}  // namespace headgate::wire
