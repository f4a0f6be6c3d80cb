// Access tokens that requests of some accounts carry: kept for them here, renewed by whoever owns the
// control loop.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "headgate/core/secret.hpp"
#include "headgate/core/time.hpp"
#include "headgate/net/connector.hpp"
#include "headgate/net/loop.hpp"
#include "headgate/providers/google_token.hpp"

namespace headgate::gateway {

// When a token is asked for: at four fifths of the last one's life; after a failure soon, then less and
// less often. Value.
class Renewal {
 public:
  bool is_due(core::TimePoint now) const { return !under_way_ && now >= next_; }
  void begin() { under_way_ = true; }
  void succeeded(core::Duration lifetime, core::TimePoint now);
  void failed(core::TimePoint now);
  // After a failure: until the next attempt.
  core::Duration pause() const { return pause_; }

 private:
  core::TimePoint next_ = core::TimePoint::min();
  core::Duration pause_{0};
  bool under_way_ = false;
};

// Whom the tokens of an account are had from, and with what. Value.
struct TokenOrigin {
  std::string provider;  // the account's name
  providers::ServiceAccount account;
  net::Endpoint endpoint;
  std::string authority, path;
  core::milliseconds connect{2'000};
};

// Shared, but for its renewal.
class AccountToken {
 public:
  explicit AccountToken(TokenOrigin origin) : origin_(std::move(origin)) {}

  const TokenOrigin& origin() const { return origin_; }
  // Null: there is none that is still good.
  std::shared_ptr<const core::Secret> current(core::TimePoint now) const;
  void set(core::Secret token, core::TimePoint good_until);

  Renewal renewal;  // confined to the control loop

 private:
  const TokenOrigin origin_;
  mutable std::mutex mutex_;  // of the next two; held to copy a pointer
  std::shared_ptr<const core::Secret> token_;
  core::TimePoint good_until_ = core::TimePoint::min();
};

// Those in use, so that a reload keeps them. Confined to the control loop.
class AccountTokens {
 public:
  // The one that is in use for the same mark, else a new one.
  std::shared_ptr<AccountToken> of(const std::string& mark, TokenOrigin origin);
  std::vector<std::shared_ptr<AccountToken>> in_use();

 private:
  std::map<std::string, std::weak_ptr<AccountToken>> known_;
};

// What makes two accounts' tokens the same; `trust` tells the certificates apart that are trusted.
std::string mark_of(const TokenOrigin& origin, std::string_view trust);

// Asks for a new one. `origin` and `names` outlive it. Errors: internal_error, and those of an exchange; the
// detail says what the other side said.
net::Task<core::Result<providers::AccessToken>> fetch_token(net::Loop& loop, net::NameCache& names,
                                                            const TokenOrigin& origin, core::WallTime now);

}  // namespace headgate::gateway
