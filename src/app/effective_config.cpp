#include "effective_config.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

std::string text(core::milliseconds time) { return fmt::format("{}ms", time.count()); }
std::string text(const server::Address& address) { return fmt::format("{}:{}", address.host, address.port); }

Json server_json(const server::Settings& server) {
  return {{"listen", text(server.listen)},
          {"admin_listen", text(server.admin_listen)},
          {"workers", server.workers},
          {"max_body", server.max_body},
          {"max_header", server.max_header},
          {"tls", server.tls.has_value()},
          {"timeouts",
           {{"header", text(server.timeouts.header)},
            {"body", text(server.timeouts.body)},
            {"idle", text(server.timeouts.idle)},
            {"write", text(server.timeouts.write)}}},
          {"drain", text(server.drain)}};
}

Json account_json(const providers::Account& account) {
  return {{"type", account.type},
          {"base_url", account.base_url},
          {"key", account.key_source},
          {"max_connections", account.max_connections},
          {"timeouts",
           {{"connect", text(account.timeouts.connect)},
            {"first_byte", text(account.timeouts.first_byte)},
            {"between_bytes", text(account.timeouts.between_bytes)},
            {"total", text(account.timeouts.total)}}}};
}

}  // namespace

std::string describe(const config::Settings& settings) {
  Json json{{"server", server_json(settings.server)}, {"data_dir", settings.data_dir}};
  json["access"] = {{"auth", settings.access.auth == access::Auth::open ? "open" : "required"}};
  for (const auto& account : settings.providers) json["providers"][account.name] = account_json(account);
  for (const auto& model : settings.routing.models)
    json["models"][model.name] = {{"provider", model.provider}, {"upstream", model.upstream}};
  for (const auto& pool : settings.routing.pools) json["pools"][pool.name] = pool.models;
  const auto& failover = settings.routing.failover;
  json["failover"] = {
      {"max_attempts", failover.max_attempts},
      {"within", text(failover.within)},
      {"named_models", failover.named_models == routing::NamedModels::strict ? "strict" : "equivalents"}};
  return json.dump();
}

}  // namespace headgate::app
