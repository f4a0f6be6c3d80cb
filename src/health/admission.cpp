#include "watched.hpp"

namespace headgate::health {

Admission::~Admission() {
  if (target_ == nullptr) return;
  const std::scoped_lock lock(target_->provider->mutex);
  target_->provider->breaker.release(std::move(of_provider_));
  target_->breaker.release(std::move(of_target_));
}

void Admission::settle(core::TimePoint now, Outcome outcome, core::Duration took, core::Duration pause) {
  if (target_ == nullptr) return;
  auto& target = *std::exchange(target_, nullptr);
  auto& provider = *target.provider;
  const bool was_probe = of_target_.is_probe();
  const std::scoped_lock lock(provider.mutex);

  if (outcome == Outcome::rate_limited) target.pause.extend(now, pause);
  if (outcome == Outcome::credential_refused && provider.credential.refuse(now))
    provider.publish_credential(Reason::credential_refused, now);
  if (outcome == Outcome::success && provider.credential.accept())
    provider.publish_credential(Reason::credential_accepted, now);

  const bool counted = target.breaker.settle(std::move(of_target_), now, outcome, took);
  // That a broken target is still broken, by a late result or a failed probe, is no news of its provider.
  const bool is_news = counted && !(was_probe && outcome == Outcome::failure);
  if (is_news || of_provider_.is_probe()) provider.breaker.settle(std::move(of_provider_), now, outcome, took);
  target.publish();
  provider.publish();
}

}  // namespace headgate::health
