#include "headgate/health/outcome.hpp"

namespace headgate::health {

using core::Code;
using core::Fault;
using core::Retry;

Outcome outcome_of(const core::Error& error, std::optional<int> provider_status) {
  if (error.fault() == Fault::client) return Outcome::uncounted;
  if (provider_status == 401 || provider_status == 402 || provider_status == 403) return Outcome::credential_refused;
  if (error.fault() == Fault::gateway) return Outcome::uncounted;
  // A pooled connection that went stale is nobody's fault, a model the provider does not know is our
  // configuration's.
  if (error.retry() == Retry::same_target || provider_status == 404) return Outcome::uncounted;
  switch (error.code()) {
    // We say these ourselves too, and then without a candidate to go on to.
    case Code::rate_limit_exceeded:
      return error.retry() == Retry::next_target ? Outcome::rate_limited : Outcome::uncounted;
    case Code::insufficient_quota:
      return error.retry() == Retry::next_target ? Outcome::credential_refused : Outcome::uncounted;
    case Code::no_healthy_upstream: return error.retry() == Retry::next_target ? Outcome::failure : Outcome::uncounted;
    case Code::internal_error:
    case Code::overloaded:
    case Code::draining:
    case Code::client_gone: return Outcome::uncounted;
    default: return Outcome::failure;
  }
}

}  // namespace headgate::health
