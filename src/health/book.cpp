#include "headgate/health/book.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "watched.hpp"

namespace headgate::health {
namespace {

// Neighbours get unlike seeds, so that breakers that opened together do not reopen together.
std::uint64_t seed_of(std::uint64_t seed, std::size_t number) { return seed ^ ((number + 1) * 0x9e3779b97f4a7c15U); }

// Those of the book before, by name; a target's stands beside its provider.
using Key = std::pair<const WatchedProvider*, std::string_view>;
template <typename Watched>
using Known = std::map<Key, std::shared_ptr<Watched>>;

Key key(const WatchedProvider* provider, std::string_view name) { return {provider, name}; }

template <typename Watched>
std::shared_ptr<Watched> find(const Known<Watched>& known, const WatchedProvider* provider, std::string_view name) {
  const auto found = known.find(key(provider, name));
  return found == known.end() ? nullptr : found->second;
}

}  // namespace

std::string_view name_of(Barrier barrier) {
  constexpr std::array<std::string_view, 5> names{"pause", "credential", "provider_breaker", "target_breaker",
                                                  "retry_budget"};
  return names[static_cast<std::size_t>(barrier)];
}

Book::Book(const Roster& roster, const Settings& settings, std::uint64_t seed, core::TimePoint now, const Book* before)
    : journal_(before != nullptr ? before->journal_ : std::make_shared<Journal>()) {
  take_over_providers(roster, for_provider(settings), seed, now, before);
  take_over_targets(roster, settings, seed, now, before);
}

void Book::take_over_providers(const Roster& roster, const Settings& settings, std::uint64_t seed, core::TimePoint now,
                               const Book* before) {
  Known<WatchedProvider> known;
  if (before != nullptr)
    for (const auto& provider : before->providers_) known.emplace(key(nullptr, provider->name), provider);
  for (const auto& name : roster.providers) {
    auto provider = find(known, nullptr, name);
    if (provider == nullptr) {
      const Breaker breaker(settings, seed_of(seed, providers_.size()));
      provider = std::make_shared<WatchedProvider>(name, journal_, breaker);
    } else {
      const std::scoped_lock lock(provider->mutex);
      provider->breaker.replace(settings, now);
    }
    providers_.push_back(std::move(provider));
  }
}

void Book::take_over_targets(const Roster& roster, const Settings& settings, std::uint64_t seed, core::TimePoint now,
                             const Book* before) {
  Known<WatchedTarget> known;
  if (before != nullptr)
    for (const auto& target : before->targets_) known.emplace(key(target->provider.get(), target->name), target);
  for (const auto& [name, provider_index] : roster.targets) {
    const auto& provider = providers_.at(provider_index);
    auto target = find(known, provider.get(), name);
    if (target == nullptr) {
      const Breaker breaker(settings, seed_of(seed, providers_.size() + targets_.size()));
      target = std::make_shared<WatchedTarget>(name, provider, breaker);
    } else {
      const std::scoped_lock lock(provider->mutex);
      target->breaker.replace(settings, now);
    }
    targets_.push_back(std::move(target));
  }
}

std::variant<Admission, Refusal> Book::admit(std::size_t target, core::TimePoint now, Ask ask) {
  auto& watched = *targets_[target];
  const std::scoped_lock lock(watched.provider->mutex);
  return watched.admit(now, ask);
}

TargetStanding Book::standing(std::size_t target, core::TimePoint now) const {
  const auto& watched = *targets_[target];
  const std::scoped_lock lock(watched.provider->mutex);
  return watched.standing(now);
}

core::TimePoint Book::earliest(std::span<const std::size_t> targets, core::TimePoint now) const {
  auto earliest = core::no_deadline;
  for (const auto target : targets) {
    const auto refusal = standing(target, now).refusal;
    earliest = std::min(earliest, refusal ? refusal->until : now);
  }
  return earliest;
}

Standing Book::breaker_of_provider(std::size_t provider, core::TimePoint now) const {
  const std::scoped_lock lock(providers_[provider]->mutex);
  return providers_[provider]->breaker.standing(now);
}

Standing Book::breaker_of_target(std::size_t target, core::TimePoint now) const {
  const std::scoped_lock lock(targets_[target]->provider->mutex);
  return targets_[target]->breaker.standing(now);
}

bool Book::credential_broken(std::size_t provider) const {
  const std::scoped_lock lock(providers_[provider]->mutex);
  return providers_[provider]->credential.broken();
}

void Book::force_provider(std::size_t provider, Forced to, core::TimePoint now, core::TimePoint until) {
  auto& watched = *providers_[provider];
  const std::scoped_lock lock(watched.mutex);
  watched.breaker.force(to, now, until);
  watched.publish();
}

void Book::force_target(std::size_t target, Forced to, core::TimePoint now, core::TimePoint until) {
  auto& watched = *targets_[target];
  const std::scoped_lock lock(watched.provider->mutex);
  watched.breaker.force(to, now, until);
  watched.publish();
}

void Book::end_force_of_provider(std::size_t provider, core::TimePoint now) {
  auto& watched = *providers_[provider];
  const std::scoped_lock lock(watched.mutex);
  watched.breaker.end_force(now);
  watched.publish();
}

void Book::end_force_of_target(std::size_t target, core::TimePoint now) {
  auto& watched = *targets_[target];
  const std::scoped_lock lock(watched.provider->mutex);
  watched.breaker.end_force(now);
  watched.publish();
}

void Book::credential_replaced(std::size_t provider, core::TimePoint now) {
  auto& watched = *providers_[provider];
  const std::scoped_lock lock(watched.mutex);
  if (watched.credential.accept()) watched.publish_credential(Reason::credential_accepted, now);
}

}  // namespace headgate::health
