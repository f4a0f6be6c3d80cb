// Which beginnings of prompts are remembered where, as far as answers told: how many tokens of them, and until when.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::providers {

// Bounded: what is full gives up what would have been forgotten first. Shared.
class WarmPrefixes {
 public:
  static constexpr std::size_t most = 16'384;

  // `digest` is that of digest_at().
  std::optional<core::Tokens> find(std::uint64_t digest, core::TimePoint now) const;
  void note(std::uint64_t digest, core::Tokens tokens, core::TimePoint until);
  std::size_t size(core::TimePoint now) const;

 private:
  static constexpr std::size_t ways = 4, sets_of_shard = 256, shard_count = most / ways / sets_of_shard;

  struct Entry {
    std::uint64_t digest = 0;
    core::Tokens tokens = 0;
    core::TimePoint until = core::TimePoint::min();
  };
  using Set = std::array<Entry, ways>;
  struct Shard {
    mutable std::mutex mutex;
    std::unique_ptr<std::array<Set, sets_of_shard>> sets;  // none before the first is noted
  };

  const Shard& shard_of(std::uint64_t digest) const { return shards_[digest % shard_count]; }
  Shard& shard_of(std::uint64_t digest) { return shards_[digest % shard_count]; }
  static std::size_t set_of(std::uint64_t digest) { return digest / shard_count % sets_of_shard; }

  std::array<Shard, shard_count> shards_;
};

}  // namespace headgate::providers
