// What a file becomes.
#include <nlohmann/json.hpp>

#include "headgate/config/schema.hpp"
#include "support.hpp"

namespace headgate::config {
namespace {

using core::milliseconds;

Settings settings_of(const World& world, const std::string& text) {
  auto result = load_in(world, text);
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? *std::move(result.settings) : Settings{};
}

}  // namespace

TEST(Settings, CarryEveryKeyInEffect) {
  World world;
  world.files["c.pem"] = world.files["k.pem"] = world.files["ca.pem"] = "-----BEGIN X-----\n";
  world.variables["K"] = "k";
  const Settings settings = settings_of(world, R"(
server:
  listen: 127.0.0.1:1
  admin_listen: 127.0.0.1:2
  workers: 3
  max_body: 4MiB
  max_header: 5KiB
  tls: {cert: c.pem, key: k.pem, client_ca: ca.pem}
  timeouts: {header: 6s, body: 7s, idle: 8s, write: 9s}
  heartbeat: 11s
  drain: 10s
data_dir: /data
log: {level: debug, requests: errors}
providers:
  lab: {type: openai_compatible, base_url: http://h:9/v1, key: env:K, timeouts: {connect: 1s, first_byte: 2s, between_bytes: 3s, total: 4s},
        max_connections: 5, max_response: 6MiB, max_event: 7MiB, prompt_caching: off, ca_file: ca.pem, headers: {X-A: b}}
  sim: {type: simulated, latency: 1ms, token_interval: 2ms, tokens: 3, error_rate: 0.25, error_status: 429, outage_every: 4s, outage_for: 5s, seed: 6}
models:
  a: {provider: lab, upstream: x/y}
  b: {provider: sim}
pools:
  default: [b, a]
  code: [a]
failover: {max_attempts: 2, within: 11s, named_models: strict, context_overflow: pass}
scheduler: {window: 5m, exploration: 0.05, temperature: 0.5, unknown_support: refuse, assumed_output: 100}
catalog: {max_price_age: 30d}
responses: {store: false, keep: 7d, max_response: 1MiB, max_tenant: 2MiB, max_total: 3MiB}
drills: {every: 14d, mode: live, live_tag: fire}
breakers: {window: 20s, min_requests: 7, failure_rate: 0.25, consecutive_failures: 3, slow_call: 4s, slow_rate: 0.75,
           open_for: 2s, max_open: 3m, half_open_probes: 2}
access: {auth: required}
)");
  const auto& server = settings.server;
  EXPECT_EQ(server.listen, (server::Address{"127.0.0.1", 1}));
  EXPECT_EQ(server.admin_listen, (server::Address{"127.0.0.1", 2}));
  EXPECT_EQ(server.workers, 3u);
  EXPECT_EQ(server.max_body, 4u << 20);
  EXPECT_EQ(server.max_header, 5u << 10);
  EXPECT_EQ(server.tls, (server::TlsSettings{"c.pem", "k.pem", "ca.pem"}));
  EXPECT_EQ(server.timeouts,
            (server::Timeouts{milliseconds(6000), milliseconds(7000), milliseconds(8000), milliseconds(9000)}));
  EXPECT_EQ(server.heartbeat, milliseconds(11000));
  EXPECT_EQ(server.drain, milliseconds(10000));
  EXPECT_EQ(settings.data_dir, "/data");
  EXPECT_EQ(settings.log.level, LogLevel::debug);
  EXPECT_EQ(settings.log.requests, LogRequests::errors);
  EXPECT_EQ(settings.access.auth, access::Auth::required);

  ASSERT_EQ(settings.providers.size(), 2u);
  const auto& lab_account = settings.providers[0];
  EXPECT_EQ(lab_account.name, "lab");
  EXPECT_EQ(lab_account.type, "openai_compatible");
  EXPECT_EQ(lab_account.base_url, "http://h:9/v1");
  EXPECT_EQ(lab_account.key.reveal(), "k");
  EXPECT_EQ(lab_account.timeouts.connect, milliseconds(1000));
  EXPECT_EQ(lab_account.timeouts.first_byte, milliseconds(2000));
  EXPECT_EQ(lab_account.timeouts.between_bytes, milliseconds(3000));
  EXPECT_EQ(lab_account.timeouts.total, milliseconds(4000));
  EXPECT_EQ(lab_account.max_connections, 5u);
  EXPECT_EQ(lab_account.max_response, 6u << 20);
  EXPECT_EQ(lab_account.max_event, 7u << 20);
  EXPECT_EQ(lab_account.prompt_caching, providers::PromptCaching::off);
  EXPECT_EQ(lab_account.ca_file, "ca.pem");
  ASSERT_EQ(lab_account.headers.size(), 1u);
  EXPECT_EQ(lab_account.headers[0], (std::pair<std::string, std::string>("X-A", "b")));

  const auto& simulation = settings.providers[1].simulation;
  EXPECT_EQ(simulation.latency, milliseconds(1));
  EXPECT_EQ(simulation.token_interval, milliseconds(2));
  EXPECT_EQ(simulation.tokens, 3u);
  EXPECT_EQ(simulation.error_rate, 0.25);
  EXPECT_EQ(simulation.error_status, 429);
  EXPECT_EQ(simulation.outage_every, milliseconds(4000));
  EXPECT_EQ(simulation.outage_for, milliseconds(5000));
  EXPECT_EQ(simulation.seed, 6u);

  const auto& routing = settings.routing;
  ASSERT_EQ(routing.models.size(), 2u);
  EXPECT_EQ(routing.models[0].name, "a");
  EXPECT_EQ(routing.models[0].provider, "lab");
  EXPECT_EQ(routing.models[0].upstream, "x/y");
  EXPECT_EQ(routing.models[1].upstream, "b");
  ASSERT_EQ(routing.pools.size(), 2u);
  EXPECT_EQ(routing.pools[0].name, "default");
  EXPECT_EQ(routing.pools[0].models, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(routing.failover.max_attempts, 2u);
  EXPECT_EQ(routing.failover.within, milliseconds(11000));
  EXPECT_EQ(routing.failover.named_models, routing::NamedModels::strict);

  EXPECT_EQ(routing.failover.context_overflow, routing::ContextOverflow::pass);
  EXPECT_EQ(routing.scheduler.window, std::chrono::minutes(5));
  EXPECT_EQ(settings.budgets.scheduler_window, std::chrono::minutes(5));
  EXPECT_EQ(routing.scheduler.exploration, 0.05);
  EXPECT_EQ(routing.scheduler.temperature, 0.5);
  EXPECT_EQ(routing.scheduler.unknown_support, routing::UnknownSupport::refuse);
  EXPECT_EQ(routing.scheduler.assumed_output, 100u);
  EXPECT_EQ(settings.catalog.price, std::chrono::days(30));
  EXPECT_FALSE(settings.responses.store);
  EXPECT_EQ(settings.responses.keep, std::chrono::days(7));
  EXPECT_EQ(settings.responses.max_response, 1u << 20);
  EXPECT_EQ(settings.responses.max_tenant, 2u << 20);
  EXPECT_EQ(settings.responses.max_total, 3u << 20);
  EXPECT_EQ(settings.drills.every, std::chrono::days(14));
  EXPECT_EQ(settings.drills.mode, DrillMode::live);
  EXPECT_EQ(settings.drills.live_tag, "fire");

  health::Settings breakers;
  breakers.window = milliseconds(20000);
  breakers.min_requests = 7;
  breakers.failure_rate = 0.25;
  breakers.consecutive_failures = 3;
  breakers.slow_call = milliseconds(4000);
  breakers.slow_rate = 0.75;
  breakers.open_for = milliseconds(2000);
  breakers.max_open = milliseconds(180000);
  breakers.half_open_probes = 2;
  EXPECT_EQ(settings.breakers, breakers);
}

TEST(Settings, VendorRowsGiveBaseUrls) {
  World world;
  world.variables["OPENAI_API_KEY"] = "k";
  const auto settings = settings_of(world,
                                    "providers: {a: {type: openai}, b: {type: openai, base_url: "
                                    "http://proxy/v1}}\nmodels: {m: {provider: a}, n: {provider: b}}\n");
  EXPECT_EQ(settings.providers[0].base_url, "https://api.openai.com/v1");
  EXPECT_EQ(settings.providers[1].base_url, "http://proxy/v1");
}

TEST(Settings, DefaultPoolIsEveryModelInTheOrderOfTheFile) {
  const auto settings = settings_of({},
                                    "providers: {s: {type: simulated}}\nmodels: {z: {provider: s}, a: {provider: s}, "
                                    "m: {provider: s}}\npools: {code: [m]}\n");
  ASSERT_EQ(settings.routing.pools.size(), 2u);
  EXPECT_EQ(settings.routing.pools[1].name, "default");
  EXPECT_EQ(settings.routing.pools[1].models, (std::vector<std::string>{"z", "a", "m"}));
}

TEST(Settings, DrillsRunByHandUnlessAskedFor) {
  EXPECT_FALSE(settings_of({}, lab).drills.every);
  EXPECT_EQ(settings_of({}, lab + "drills: {}\n").drills.every, std::chrono::days(7));
}

// Every default that the schema names is written out, so a difference means that schema and
// settings disagree.
TEST(Settings, DefaultsAreTheOnesTheSchemaNames) {
  const auto tree = nlohmann::json::parse(schema());
  const auto written = [](const nlohmann::json& properties, const std::vector<std::string>& skip) {
    nlohmann::json object = nlohmann::json::object();
    for (const auto& [key, value] : properties.items()) {
      const bool planned = value.value("x-headgate-status", "") == "planned";
      if (value.contains("default") && !planned && std::find(skip.begin(), skip.end(), key) == skip.end())
        object[key] = value["default"];
    }
    return object;
  };
  const auto& top = tree["properties"];
  const auto& account = top["providers"]["additionalProperties"]["properties"];
  nlohmann::json file;
  file["server"] = written(top["server"]["properties"], {});
  file["server"]["timeouts"] = written(top["server"]["properties"]["timeouts"]["properties"], {});
  file["data_dir"] = top["data_dir"]["default"];
  file["log"] = written(top["log"]["properties"], {});
  file["scheduler"] = written(top["scheduler"]["properties"], {});
  file["catalog"] = written(top["catalog"]["properties"], {});
  const auto& budget = top["budgets"]["items"]["properties"];
  const nlohmann::json needed{{"window", "month"}, {"limit", "$1"}};
  for (const char* name : {"quiet", "loud"}) {
    nlohmann::json entry = needed;
    if (name == std::string("loud")) entry.update(written(budget, {}));
    entry["name"] = name;
    file["budgets"].push_back(entry);
  }
  file["failover"] = written(top["failover"]["properties"], {});
  file["breakers"] = written(top["breakers"]["properties"], {});
  file["providers"]["sim"] = written(account, {});
  file["providers"]["sim"]["timeouts"] = written(account["timeouts"]["properties"], {});
  file["providers"]["sim"]["type"] = "simulated";
  file["models"]["m"] = {{"provider", "sim"}};
  const auto loud = settings_of({}, file.dump());
  const auto quiet = settings_of({}, "providers: {sim: {type: simulated}}\nmodels: {m: {provider: sim}}\n");

  EXPECT_EQ(loud.server, quiet.server);
  EXPECT_EQ(loud.data_dir, quiet.data_dir);
  EXPECT_EQ(loud.log.level, quiet.log.level);
  EXPECT_EQ(loud.log.requests, quiet.log.requests);
  EXPECT_EQ(loud.routing.failover.max_attempts, quiet.routing.failover.max_attempts);
  EXPECT_EQ(loud.routing.failover.within, quiet.routing.failover.within);
  EXPECT_EQ(loud.routing.failover.named_models, quiet.routing.failover.named_models);
  EXPECT_EQ(loud.routing.failover.context_overflow, quiet.routing.failover.context_overflow);
  EXPECT_EQ(loud.routing.scheduler.window, quiet.routing.scheduler.window);
  EXPECT_EQ(loud.routing.scheduler.exploration, quiet.routing.scheduler.exploration);
  EXPECT_EQ(loud.routing.scheduler.temperature, quiet.routing.scheduler.temperature);
  EXPECT_EQ(loud.routing.scheduler.unknown_support, quiet.routing.scheduler.unknown_support);
  EXPECT_EQ(loud.routing.scheduler.assumed_output, quiet.routing.scheduler.assumed_output);
  EXPECT_EQ(loud.routing.models[0].trust, quiet.routing.models[0].trust);
  EXPECT_EQ(loud.catalog.price, quiet.catalog.price);
  EXPECT_EQ(loud.responses.keep, quiet.responses.keep);
  EXPECT_EQ(loud.budgets.budgets[0].on_exhausted, loud.budgets.budgets[1].on_exhausted);
  EXPECT_EQ(loud.budgets.budgets[0].unpriced, loud.budgets.budgets[1].unpriced);
  EXPECT_EQ(loud.budgets.budgets[0].window, loud.budgets.budgets[1].window);
  EXPECT_EQ(loud.breakers, quiet.breakers);
  const auto& a = loud.providers.at(0);
  const auto& b = quiet.providers.at(0);
  EXPECT_EQ(a.timeouts.connect, b.timeouts.connect);
  EXPECT_EQ(a.timeouts.first_byte, b.timeouts.first_byte);
  EXPECT_EQ(a.timeouts.between_bytes, b.timeouts.between_bytes);
  EXPECT_EQ(a.timeouts.total, b.timeouts.total);
  EXPECT_EQ(a.max_connections, b.max_connections);
  EXPECT_EQ(a.max_response, b.max_response);
  EXPECT_EQ(a.max_event, b.max_event);
  EXPECT_EQ(a.prompt_caching, b.prompt_caching);
  EXPECT_EQ(a.simulation.latency, b.simulation.latency);
  EXPECT_EQ(a.simulation.token_interval, b.simulation.token_interval);
  EXPECT_EQ(a.simulation.tokens, b.simulation.tokens);
  EXPECT_EQ(a.simulation.error_rate, b.simulation.error_rate);
  EXPECT_EQ(a.simulation.error_status, b.simulation.error_status);
  EXPECT_EQ(a.simulation.outage_every, b.simulation.outage_every);
  EXPECT_EQ(a.simulation.outage_for, b.simulation.outage_for);
  EXPECT_EQ(a.simulation.seed, b.simulation.seed);
}

}  // namespace headgate::config
