#include "names.hpp"

#include <bit>

namespace headgate::classify {

std::optional<Names> Names::read(Reader& reader, std::size_t count) {
  Names names;
  auto& slots = names.slots_;
  slots.resize(std::bit_ceil(2 * count + 2));
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto name = reader.word();
    if (i > 0 && name <= last) return std::nullopt;
    last = name;
    auto at = name & (slots.size() - 1);
    while (slots[at].place != 0) at = (at + 1) & (slots.size() - 1);
    slots[at] = {name, i + 1};
  }
  return names;
}

}  // namespace headgate::classify
