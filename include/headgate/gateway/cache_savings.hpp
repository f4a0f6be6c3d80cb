// What providers' prompt caches saved, and what was paid for writing to them.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "headgate/catalog/price.hpp"

namespace headgate::gateway {

// Value. Next to what the same tokens cost as fresh input.
struct CacheSaving {
  core::Money saved;      // on what was read
  core::Money surcharge;  // on what was written
};

CacheSaving cache_saving_of(const catalog::Price& price, const core::Usage& usage);

// Since the start, by model. Shared.
class CacheSavings {
 public:
  void add(std::string_view model, const CacheSaving& saving);
  std::map<std::string, CacheSaving, std::less<>> by_model() const;

 private:
  static constexpr std::size_t max_counted = 1000;  // models; the rest is counted as "other"

  mutable std::mutex mutex_;
  std::map<std::string, CacheSaving, std::less<>> by_model_;
};

}  // namespace headgate::gateway
