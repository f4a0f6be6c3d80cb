// Keeps the access tokens of accounts fresh.
#pragma once

#include <memory>

#include "headgate/gateway/account_token.hpp"
#include "headgate/metrics/metrics.hpp"
#include "headgate/net/resolver.hpp"
#include "log.hpp"

namespace headgate::app {

// Confined to the control loop. All that it refers to outlives it.
class TokenKeeper {
 public:
  TokenKeeper(net::Loop& loop, gateway::AccountTokens& tokens, const Log& log, metrics::Registry& registry)
      : loop_(loop), tokens_(tokens), log_(log), registry_(registry), names_(loop, resolver_) {}

  // Asks for those that are due.
  void look(core::TimePoint now);

 private:
  net::Task<void> renew(std::shared_ptr<gateway::AccountToken> token);
  void tell(const gateway::AccountToken& token, const core::Error& error) const;
  void count(const std::string& provider, const char* outcome);

  net::Loop& loop_;
  gateway::AccountTokens& tokens_;
  const Log& log_;
  metrics::Registry& registry_;
  net::Resolver resolver_;
  net::NameCache names_;
  net::Nursery tasks_;  // ends first: what still waits refers to all above
};

}  // namespace headgate::app
