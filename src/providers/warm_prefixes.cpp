#include "headgate/providers/warm_prefixes.hpp"

#include <algorithm>

namespace headgate::providers {

std::optional<core::Tokens> WarmPrefixes::find(std::uint64_t digest, core::TimePoint now) const {
  const auto& shard = shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  if (shard.sets == nullptr) return std::nullopt;
  for (const auto& entry : (*shard.sets)[set_of(digest)])
    if (entry.digest == digest && entry.until > now) return entry.tokens;
  return std::nullopt;
}

void WarmPrefixes::note(std::uint64_t digest, core::Tokens tokens, core::TimePoint until) {
  auto& shard = shard_of(digest);
  const std::lock_guard lock(shard.mutex);
  if (shard.sets == nullptr) shard.sets = std::make_unique<std::array<Set, sets_of_shard>>();
  auto& set = (*shard.sets)[set_of(digest)];
  auto place = std::find_if(set.begin(), set.end(), [&](const Entry& entry) { return entry.digest == digest; });
  if (place == set.end())
    place = std::min_element(set.begin(), set.end(), [](auto& a, auto& b) { return a.until < b.until; });
  *place = {digest, tokens, until};
}

std::size_t WarmPrefixes::size(core::TimePoint now) const {
  std::size_t count = 0;
  for (const auto& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    if (shard.sets == nullptr) continue;
    for (const auto& set : *shard.sets)
      count += static_cast<std::size_t>(
          std::count_if(set.begin(), set.end(), [&](const Entry& entry) { return entry.until > now; }));
  }
  return count;
}

}  // namespace headgate::providers
