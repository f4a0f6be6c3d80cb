#include "token_keeper.hpp"

namespace headgate::app {

void TokenKeeper::look(core::TimePoint now) {
  for (const auto& token : tokens_.in_use()) {
    if (!token->renewal.is_due(now)) continue;
    token->renewal.begin();
    tasks_.spawn(renew(token), [this, token](std::exception_ptr bug) {
      if (!bug) return;
      token->renewal.failed(core::Clock::now());
      log_.error("bug", {{"what", "an access token could not be asked for"}});
    });
  }
}

net::Task<void> TokenKeeper::renew(std::shared_ptr<gateway::AccountToken> token) {
  const auto asked = core::Clock::now();
  auto fetched = co_await gateway::fetch_token(loop_, names_, token->origin(), std::chrono::system_clock::now());
  const auto& provider = token->origin().provider;
  if (!fetched) {
    token->renewal.failed(core::Clock::now());
    count(provider, "error");
    tell(*token, fetched.error());
    co_return;
  }
  // Its life began before it came here.
  token->set(std::move(fetched->token), core::after(asked, fetched->lifetime));
  token->renewal.succeeded(fetched->lifetime, asked);
  count(provider, "ok");
  log_.info("access token", {{"provider", provider}, {"good_for", std::to_string(fetched->lifetime.count()) + "s"}});
}

void TokenKeeper::tell(const gateway::AccountToken& token, const core::Error& error) const {
  const auto pause = std::chrono::duration_cast<std::chrono::seconds>(token.renewal.pause());
  log_.warn("no access token", {{"provider", token.origin().provider},
                                {"from", token.origin().account.token_uri},
                                {"reason", error.message()},
                                {"detail", error.detail()},
                                {"again_in", std::to_string(pause.count()) + "s"}});
}

void TokenKeeper::count(const std::string& provider, const char* outcome) {
  registry_
      .counter("headgate_access_tokens_total", "Access tokens that were asked for, by what came of it.",
               {{"provider", provider}, {"outcome", outcome}})
      .add();
}

}  // namespace headgate::app
