#include "banner.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "version.hpp"

namespace headgate::app {
namespace {

std::string url(const server::Address& address, bool tls) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", tls ? "https" : "http", v6 ? "[" + address.host + "]" : address.host, address.port);
}

std::string model_to_try(const config::Settings& settings) {
  const auto& pools = settings.routing.pools;
  const bool has_default =
      std::any_of(pools.begin(), pools.end(), [](const auto& pool) { return pool.name == "default"; });
  return has_default || settings.routing.models.empty() ? "auto" : settings.routing.models.front().name;
}

std::string curl(const Listening& listening, const config::Settings& settings) {
  const std::string key = settings.access.auth == access::Auth::required ? " -H 'Authorization: Bearer hg_...'" : "";
  return fmt::format(
      R"(curl {}/v1/chat/completions{} -H 'Content-Type: application/json' -d '{{"model":"{}","messages":[{{"role":"user","content":"Hello!"}}]}}')",
      url(listening.api, listening.tls), key, model_to_try(settings));
}

std::string auth_text(const config::Settings& settings) {
  return settings.access.auth == access::Auth::open ? "open (no key asked for)"
                                                    : "required (make a key: headgate key create --tenant NAME)";
}

}  // namespace

std::string banner(const Listening& listening, const config::Settings& settings) {
  std::string providers;
  for (const auto& account : settings.providers)
    providers += fmt::format("{}{} ({})", providers.empty() ? "" : ", ", account.name,
                             account.type == "simulated" ? "simulated" : account.key_source);
  return fmt::format(
      "Headgate {}\n"
      "  API        {}/v1\n"
      "  admin      {} (metrics at /metrics)\n"
      "  config     {}\n"
      "  providers  {}\n"
      "  models     {}, in {} pools\n"
      "  keys       {}\n"
      "\n"
      "Try it:\n"
      "  {}\n\n",
      version, url(listening.api, listening.tls), url(listening.admin, false), listening.config, providers,
      settings.routing.models.size(), settings.routing.pools.size(), auth_text(settings), curl(listening, settings));
}

std::string ready_line(const Listening& listening, const config::Settings& settings) {
  nlohmann::ordered_json json{{"event", "ready"},
                              {"version", version},
                              {"api", url(listening.api, listening.tls)},
                              {"admin", url(listening.admin, false)},
                              {"config", listening.config},
                              {"auth", settings.access.auth == access::Auth::open ? "open" : "required"}};
  json["providers"] = nlohmann::ordered_json::array();
  for (const auto& account : settings.providers)
    json["providers"].push_back({{"name", account.name}, {"type", account.type}, {"key", account.key_source}});
  json["models"] = settings.routing.models.size();
  json["try"] = curl(listening, settings);
  return json.dump();
}

}  // namespace headgate::app
