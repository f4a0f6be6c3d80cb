#include "headgate/gateway/account_token.hpp"

#include <algorithm>

#include "headgate/providers/sigv4.hpp"

namespace headgate::gateway {
namespace {

constexpr core::milliseconds first_pause{1'000}, longest_pause{60'000};

}  // namespace

void Renewal::succeeded(core::Duration lifetime, core::TimePoint now) {
  under_way_ = false;
  pause_ = core::Duration::zero();
  next_ = now + lifetime / 5 * 4;
}

void Renewal::failed(core::TimePoint now) {
  under_way_ = false;
  pause_ = std::clamp<core::Duration>(2 * pause_, first_pause, longest_pause);
  next_ = now + pause_;
}

std::shared_ptr<const core::Secret> AccountToken::current(core::TimePoint now) const {
  const std::lock_guard lock(mutex_);
  return now < good_until_ ? token_ : nullptr;
}

void AccountToken::set(core::Secret token, core::TimePoint good_until) {
  auto fresh = std::make_shared<const core::Secret>(std::move(token));
  const std::lock_guard lock(mutex_);
  token_.swap(fresh);
  good_until_ = good_until;
}

std::shared_ptr<AccountToken> AccountTokens::of(const std::string& mark, TokenOrigin origin) {
  auto& known = known_[mark];
  auto token = known.lock();
  if (token == nullptr) known = token = std::make_shared<AccountToken>(std::move(origin));
  return token;
}

std::vector<std::shared_ptr<AccountToken>> AccountTokens::in_use() {
  std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  std::vector<std::shared_ptr<AccountToken>> tokens;
  for (const auto& [mark, known] : known_)
    if (auto token = known.lock()) tokens.push_back(std::move(token));
  return tokens;
}

std::string mark_of(const TokenOrigin& origin, std::string_view trust) {
  const auto connect = std::to_string(origin.connect.count());
  const auto& account = origin.account;
  std::string mark;
  for (const std::string_view part : {std::string_view(origin.provider), std::string_view(account.client_email),
                                      std::string_view(account.private_key_id), account.private_key.reveal(),
                                      std::string_view(account.token_uri), std::string_view(connect), trust})
    mark += providers::hex_sha256(part);
  return mark;
}

}  // namespace headgate::gateway
