#include <cstdio>

#include "admin_client.hpp"
#include "compose.hpp"
#include "daemon.hpp"
#include "decision_text.hpp"
#include "files.hpp"
#include "headgate/gateway/decision.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

constexpr std::size_t max_request = 32u << 20;

const std::map<std::string, wire::Surface> surfaces{{"chat_completions", wire::Surface::chat_completions},
                                                    {"completions", wire::Surface::completions},
                                                    {"embeddings", wire::Surface::embeddings}};

int refuse(const std::string& why) {
  std::fprintf(stderr, "headgate: %s\n", why.c_str());
  return 2;
}

int print(const std::string& decision, bool json) {
  const auto text = json ? decision + "\n" : tell(decision);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return 0;
}

int explain_past(const config::Settings& settings, const std::string& id, bool json) {
  const auto reply = ask_admin(settings.server.admin_listen, "/admin/v1/requests/" + id);
  if (!reply) return refuse(reply.error().message());
  if (reply->status != 200)
    return refuse("the daemon does not remember a request " + id +
                  "; what was refused before its model was known is not remembered");
  return print(reply->body, json);
}

int explain_file(const config::Settings& settings, const std::string& path, wire::Surface surface, bool json) {
  const auto body = read_file(path, max_request, false);
  if (!body) return refuse(body.error().message());
  if (!*body) return refuse("there is no file " + path);
  metrics::Registry registry;
  auto accounting = compose_accounting(settings, Keep::nothing);
  if (!accounting) return refuse(accounting.error().message());
  const auto snapshot = compose_snapshot(settings, registry, 1, 1, std::move(*accounting));
  if (!snapshot) return refuse(snapshot.error().message());
  const auto decision = gateway::explain(**body, surface, **snapshot);
  if (!decision) return refuse(std::string(decision.error().name()) + ": " + decision.error().message());
  return print(*decision, json);
}

}  // namespace

void add_explain(CLI::App& app, Invocation& invocation) {
  auto* verb = add_verb(app, invocation, "explain", "Show how a request is, or was, decided");
  const auto id = std::make_shared<std::string>();
  const auto file = std::make_shared<std::string>();
  const auto surface = std::make_shared<std::string>("chat_completions");
  verb->add_option("request_id", *id, "A request of the running daemon");
  verb->add_option("--file", *file, "A request body that is not sent")->excludes("request_id");
  verb->add_option("--surface", *surface, "Of --file")
      ->check(CLI::IsMember({"chat_completions", "completions", "embeddings"}))
      ->capture_default_str();
  verb->callback([&invocation, id, file, surface] {
    invocation.action = [&invocation, id, file, surface] {
      if (id->empty() && file->empty()) return refuse("name a request id, or a request with --file req.json");
      const auto settings = settings_for(config_path_or_default(invocation.config));
      if (!settings) return 2;
      return file->empty() ? explain_past(*settings, *id, invocation.json)
                           : explain_file(*settings, *file, surfaces.at(*surface), invocation.json);
    };
  });
}

}  // namespace headgate::app
