#include "watched.hpp"

#include <algorithm>

namespace headgate::health {
namespace {

void tell(Journal& journal, Breaker& breaker, Scope scope, const std::string& provider, const std::string& target) {
  while (const auto transition = breaker.take_transition()) journal.add({scope, provider, target, *transition});
}

State worse(State one, State other) {
  if (one == State::open || other == State::open) return State::open;
  return one == State::half_open ? one : other;
}

}  // namespace

void WatchedProvider::publish() { tell(*journal, breaker, Scope::provider, name, {}); }

void WatchedProvider::publish_credential(Reason reason, core::TimePoint now) {
  const bool broke = reason == Reason::credential_refused;
  Transition transition{broke ? State::closed : State::open, broke ? State::open : State::closed, reason, now, {}, {}};
  transition.until = broke ? credential.retry_at() : core::no_deadline;
  journal->add({Scope::credential, name, {}, transition});
}

void WatchedTarget::publish() { tell(*provider->journal, breaker, Scope::target, provider->name, name); }

// What can be seen without asking a breaker for a permit.
std::optional<Refusal> WatchedTarget::refusal(core::TimePoint now, bool is_retry) const {
  if (pause.lasts(now)) return Refusal{Barrier::pause, pause.until()};
  if (!provider->credential.usable(now)) return Refusal{Barrier::credential, provider->credential.retry_at()};
  if (is_retry && !provider->retries.allows_retry(now)) return Refusal{Barrier::retry_budget, now};
  return std::nullopt;
}

std::variant<Admission, Refusal> WatchedTarget::admit(core::TimePoint now, Ask ask) {
  if (const auto refused = refusal(now, ask.is_retry)) return *refused;
  // One draw for both: when both come back at once the smaller share counts, not the product.
  auto of_provider = provider->breaker.acquire(now, ask.draw);
  provider->publish();
  if (!of_provider) return Refusal{Barrier::provider_breaker, provider->breaker.reopens_at(now)};
  auto of_target = breaker.acquire(now, ask.draw);
  publish();
  if (!of_target) {
    provider->breaker.release(std::move(*of_provider));
    return Refusal{Barrier::target_breaker, breaker.reopens_at(now)};
  }
  provider->credential.use(now);
  ask.is_retry ? provider->retries.count_retry(now) : provider->retries.count_request(now);
  return Admission(*this, std::move(*of_provider), std::move(*of_target));
}

TargetStanding WatchedTarget::standing(core::TimePoint now) const {
  const auto of_provider = provider->breaker.standing(now);
  const auto own = breaker.standing(now);
  TargetStanding standing{worse(of_provider.state, own.state), own.failure_rate, std::min(of_provider.share, own.share),
                          refusal(now, false)};
  // The longest of what stands in the way, so that nobody is told to come back too early.
  const auto meets = [&](Barrier barrier, core::TimePoint until) {
    if (!standing.refusal || until > standing.refusal->until) standing.refusal = Refusal{barrier, until};
  };
  if (!of_provider.admits) meets(Barrier::provider_breaker, of_provider.reopens_at);
  if (!own.admits) meets(Barrier::target_breaker, own.reopens_at);
  return standing;
}

}  // namespace headgate::health
