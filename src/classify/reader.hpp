// Bytes of a trained file, little-endian, read from the front.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace headgate::classify {

// Reading past the end gives zeros and is told by `cut`.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t integer(std::size_t size) {
    if (rest_.size() < size) {
      cut_ = true;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(size);
    return value;
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(integer(4)); }
  std::int8_t small() { return static_cast<std::int8_t>(static_cast<std::uint8_t>(integer(1))); }

  // False when one is no usable number.
  template <std::size_t N>
  bool reals(std::array<float, N>& values) {
    for (auto& value : values) {
      value = std::bit_cast<float>(word());
      if (!std::isfinite(value) || std::abs(value) > 1e4F) return false;
    }
    return true;
  }

  std::size_t left() const { return rest_.size(); }
  bool cut() const { return cut_; }

 private:
  std::string_view rest_;
  bool cut_ = false;
};

}  // namespace headgate::classify
