#include "headgate/wire/seam.hpp"

#include <algorithm>
#include <utility>

namespace headgate::wire {

std::string Seam::take(std::string_view piece) {
  const auto until_now = held_.size();
  held_.append(piece);
  // What is held is the beginning already; only the new piece can differ.
  if (held_.size() < repeated_.size() && repeated_.compare(until_now, piece.size(), piece) == 0) return {};
  if (held_.starts_with(repeated_)) held_.erase(0, repeated_.size());
  repeated_.clear();
  drop_blanks();
  return std::exchange(held_, {});
}

std::string Seam::end() {
  repeated_.clear();
  drop_blanks();
  return std::exchange(held_, {});
}

// Those that come again. After anything else none do.
void Seam::drop_blanks() {
  if (held_.empty()) return;
  const auto end = std::mismatch(held_.begin(), held_.end(), blanks_.begin(), blanks_.end()).first;
  const auto same = static_cast<std::size_t>(end - held_.begin());
  held_.erase(0, same);
  held_.empty() ? void(blanks_.erase(0, same)) : blanks_.clear();
}

}  // namespace headgate::wire
