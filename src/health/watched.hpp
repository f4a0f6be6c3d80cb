// What a book keeps of each provider and target. All of it is under the provider's lock.
#pragma once

#include <mutex>

#include "headgate/health/book.hpp"
#include "headgate/health/credential.hpp"
#include "headgate/health/retry_budget.hpp"

namespace headgate::health {

// Shared.
struct WatchedProvider {
  WatchedProvider(std::string its_name, std::shared_ptr<Journal> its_journal, const Breaker& its_breaker)
      : name(std::move(its_name)), journal(std::move(its_journal)), breaker(its_breaker) {}

  const std::string name;
  const std::shared_ptr<Journal> journal;
  mutable std::mutex mutex;
  Breaker breaker;
  Credential credential{};
  RetryBudget retries{};

  // What the breaker did, told to the journal. The lock is held.
  void publish();
  void publish_credential(Reason reason, core::TimePoint now);
};

// Shared.
struct WatchedTarget {
  WatchedTarget(std::string its_name, std::shared_ptr<WatchedProvider> its_provider, const Breaker& its_breaker)
      : name(std::move(its_name)), provider(std::move(its_provider)), breaker(its_breaker) {}

  const std::string name;
  const std::shared_ptr<WatchedProvider> provider;
  Breaker breaker;
  Pause pause{};

  // The lock is held for all of these.
  std::optional<Refusal> refusal(core::TimePoint now, bool is_retry) const;
  std::variant<Admission, Refusal> admit(core::TimePoint now, Ask ask);
  TargetStanding standing(core::TimePoint now) const;
  void publish();
};

}  // namespace headgate::health
