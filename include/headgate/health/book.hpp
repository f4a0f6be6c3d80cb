// The health of all providers and targets of a configuration: may this target be asked now, and what
// came of it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "headgate/health/journal.hpp"
#include "headgate/health/pause.hpp"

namespace headgate::health {

// Who is watched. Names tell who is who after a reload.
struct Roster {
  struct Target {
    std::string name;
    std::size_t provider;  // into providers
  };
  std::vector<std::string> providers;
  std::vector<Target> targets;
};

enum class Barrier : std::uint8_t { pause, credential, provider_breaker, target_breaker, retry_budget };
std::string_view name_of(Barrier barrier);

// Why a target is not to be asked, and until when, as far as that is known.
struct Refusal {
  Barrier barrier;
  core::TimePoint until;
};

struct Ask {
  bool is_retry = false;  // not the request's first attempt
  double draw = 0;        // uniform in [0, 1), for slow starts; 0 where nobody else is left to ask
};

// A target as the router sees it: the worse of its own breaker and its provider's.
struct TargetStanding {
  State state = State::closed;
  std::optional<double> failure_rate;  // its own; none before the first call
  double share = 1;
  std::optional<Refusal> refusal;  // what a first attempt would meet now
};

struct WatchedProvider;  // breaker, credential, retry budget, and the lock over them and their targets
struct WatchedTarget;    // breaker and pause

// The right to one attempt at one target. Value, movable only; the book must outlive it. Dropped
// without settle, it counts for nothing and frees its slots.
class Admission {
 public:
  Admission(Admission&& other) noexcept
      : target_(std::exchange(other.target_, nullptr)),
        of_provider_(std::move(other.of_provider_)),
        of_target_(std::move(other.of_target_)) {}
  Admission& operator=(Admission&&) = delete;
  ~Admission();

  // Counts the first time only. `took`: until the first content came, or the attempt failed. `pause`
  // matters to rate_limited alone.
  void settle(core::TimePoint now, Outcome outcome, core::Duration took, core::Duration pause = unasked_pause);
  bool is_probe() const { return of_provider_.is_probe() || of_target_.is_probe(); }

 private:
  friend struct WatchedTarget;
  Admission(WatchedTarget& target, Permit of_provider, Permit of_target)
      : target_(&target), of_provider_(std::move(of_provider)), of_target_(std::move(of_target)) {}

  WatchedTarget* target_;  // null once settled or moved away
  Permit of_provider_;
  Permit of_target_;
};

// Shared: one lock a provider, held for one of the calls below and never across anything. A reload
// makes another book, which takes over whoever it still knows by name; attempts begun under the
// old one go on counting.
class Book {
 public:
  Book(const Roster& roster, const Settings& settings, std::uint64_t seed, core::TimePoint now,
       const Book* before = nullptr);

  std::variant<Admission, Refusal> admit(std::size_t target, core::TimePoint now, Ask ask = {});

  TargetStanding standing(std::size_t target, core::TimePoint now) const;
  // The earliest time at which one of these may be asked; `now` when one may already. For Retry-After.
  core::TimePoint earliest(std::span<const std::size_t> targets, core::TimePoint now) const;

  // For the admin surface and the metrics.
  Standing breaker_of_provider(std::size_t provider, core::TimePoint now) const;
  Standing breaker_of_target(std::size_t target, core::TimePoint now) const;
  bool credential_broken(std::size_t provider) const;
  void force_provider(std::size_t provider, Forced to, core::TimePoint now, core::TimePoint until = core::no_deadline);
  void force_target(std::size_t target, Forced to, core::TimePoint now, core::TimePoint until = core::no_deadline);
  void end_force_of_provider(std::size_t provider, core::TimePoint now);
  void end_force_of_target(std::size_t target, core::TimePoint now);
  void credential_replaced(std::size_t provider, core::TimePoint now);

  Journal& journal() const { return *journal_; }

 private:
  void take_over_providers(const Roster& roster, const Settings& settings, std::uint64_t seed, core::TimePoint now,
                           const Book* before);
  void take_over_targets(const Roster& roster, const Settings& settings, std::uint64_t seed, core::TimePoint now,
                         const Book* before);

  std::shared_ptr<Journal> journal_;  // one for all books of a process
  std::vector<std::shared_ptr<WatchedProvider>> providers_;
  std::vector<std::shared_ptr<WatchedTarget>> targets_;
};

}  // namespace headgate::health
