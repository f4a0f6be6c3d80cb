#include <cstdio>

#include "admin_client.hpp"
#include "daemon.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

int healthcheck(const Invocation& invocation) {
  const auto settings = settings_for(config_path_or_default(invocation.config));
  if (!settings) return 2;
  const auto reply = ask_admin(settings->server.admin_listen, "/health/ready");
  if (!reply) {
    std::fprintf(stderr, "headgate: %s\n", reply.error().message().c_str());
    return 2;
  }
  std::printf("%s\n", reply->body.c_str());
  return reply->status == 200 ? 0 : 2;
}

}  // namespace

void add_healthcheck(CLI::App& app, Invocation& invocation) {
  auto* verb = add_verb(app, invocation, "healthcheck", "Ask the running daemon whether it can take requests");
  verb->callback([&invocation] { invocation.action = [&invocation] { return healthcheck(invocation); }; });
}

}  // namespace headgate::app
