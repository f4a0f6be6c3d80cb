#include "names.hpp"

namespace headgate::classify {

std::optional<Names> Names::read(Reader& reader, std::size_t count) {
  Names names;
  names.buckets_.resize(std::size_t{1} << bucket_bits);
  names.cells_.reserve(count);
  std::uint32_t last = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = reader.word();
    const std::uint64_t tag = name >> bucket_bits;
    if ((i > 0 && name <= last) || tag == 0 || tag >> tag_bits != 0) return std::nullopt;
    last = name;
    const auto bucket = name & (names.buckets_.size() - 1);
    auto& tags = names.buckets_[bucket];
    std::size_t lane = 0;
    while (lane < bucket_size && (tags >> lane * tag_bits & 0xFFFF) != 0) ++lane;
    if (lane == bucket_size) return std::nullopt;
    tags |= tag << lane * tag_bits;
    names.cells_.push_back(static_cast<std::uint16_t>(bucket * bucket_size + lane));
  }
  return names;
}

}  // namespace headgate::classify
