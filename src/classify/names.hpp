// The features that a trained file knows, by name.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "reader.hpp"

namespace headgate::classify {

// Low bits of a name choose a bucket, the others tell its features apart.
inline constexpr unsigned bucket_bits = 13, tag_bits = 16, name_bits = bucket_bits + tag_bits;
inline constexpr std::size_t bucket_size = 4;
inline constexpr std::size_t cell_count = bucket_size << bucket_bits;
inline constexpr std::size_t max_features = cell_count / 2;

// Value, read-only after read. A look takes one load and no branch, whether the name is known or not: in a text that
// was not read before, which one is known cannot be foretold.
class Names {
 public:
  struct Found {
    std::uint16_t cell;  // below cell_count; of no meaning when not known
    bool known;
  };

  // None when they do not ascend, are no names, or more than four fall into one bucket. There must be 4 * count bytes
  // left.
  static std::optional<Names> read(Reader& reader, std::size_t count);

  Found find(std::uint32_t name) const {
    const auto bucket = name & (buckets_.size() - 1);
    const auto others = buckets_[bucket] ^ (name >> bucket_bits) * lowest_bits;
    // The highest bit of the first lane that is zero, and perhaps of some behind it.
    const auto equal = (others - lowest_bits) & ~others & highest_bits;
    const auto lane = static_cast<std::size_t>(std::countr_zero(equal | highest_bit)) / tag_bits;
    return {static_cast<std::uint16_t>(bucket * bucket_size + lane), equal != 0};
  }

  // Of each name, in the order of the file.
  const std::vector<std::uint16_t>& cells() const { return cells_; }

 private:
  static constexpr std::uint64_t lowest_bits = 0x0001'0001'0001'0001U, highest_bits = lowest_bits << (tag_bits - 1),
                                 highest_bit = std::uint64_t{1} << 63;

  std::vector<std::uint64_t> buckets_;  // four tags each; 0: a free cell, whose weights are nothing
  std::vector<std::uint16_t> cells_;
};

}  // namespace headgate::classify
