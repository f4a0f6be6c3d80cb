#include "headgate/health/credential.hpp"

namespace headgate::health {

void Credential::use(core::TimePoint now) {
  if (!broken()) return;
  trying_ = true;
  retry_at_ = core::after(now, wait_);
}

bool Credential::refuse(core::TimePoint now) {
  const bool news = !broken();
  // Others sent before the first refusal are refused after it; they say nothing new.
  if (!news && !trying_) return false;
  wait_ = news ? first_wait : std::min(2 * wait_, longest_wait);
  retry_at_ = core::after(now, wait_);
  trying_ = false;
  return news;
}

bool Credential::accept() {
  const bool news = broken();
  *this = {};
  return news;
}

}  // namespace headgate::health
