#include "headgate/config/effective.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "headgate/config/schema.hpp"
#include "support.hpp"

namespace headgate::config {
namespace {

using Json = nlohmann::ordered_json;

// Says every key that is in effect.
const std::string everything = R"(
server:
  listen: 127.0.0.1:8080
  admin_listen: "[::1]:8081"
  workers: 3
  max_body: 5MiB
  max_header: 1500B
  tls: {cert: c.pem, key: k.pem, client_ca: ca.pem}
  timeouts: {header: 1500ms, body: 2m, idle: 1h, write: 5s}
  heartbeat: 20s
  drain: 7s
data_dir: ./here
log: {level: warn, requests: errors}
access:
  auth: open
  zones: {internal: {networks: [10.0.0.0/8, "2001:db8::/32"]}, public: {networks: [0.0.0.0/0, "::/0"]}}
providers:
  lab:
    type: openai_compatible
    base_url: http://127.0.0.1:9000/v1
    key: env:LAB_KEY
    timeouts: {connect: 1s, first_byte: 2s, between_bytes: 3s, total: 4s}
    max_connections: 7
    max_response: 1MiB
    max_event: 2KiB
    prompt_caching: on
    ca_file: ca.pem
    headers: {X-Team: blue-and-secret}
    trust: high
    data_collection: deny
  scripted: {type: simulated, latency: 1ms, token_interval: 2ms, tokens: 3, error_rate: 0.25, error_status: 500,
             outage_every: 1m, outage_for: 1s, seed: 5}
  signed: {type: bedrock, region: eu-north-1, access_key: env:ID, secret_key: env:LAB_KEY, session_token: env:LAB_KEY}
  tokens: {type: vertex, project: p-1, location: global, credentials: none}
models:
  small:
    provider: lab
    upstream: small-1
    price: {input: $0.15, output: $0.6, cache_read: $0.01, cache_write: $0.2, reasoning: $0.7}
    context_window: 1000
    max_output: 100
    supports: [tools, vision]
    parameters: {temperature: {min: 0, max: 1.5}, stop: {max_items: 4}, n: unsupported}
    quality: {code: 0.5, chat: 0.25}
  toy: {provider: scripted, price: {free: true}}
  far: {provider: signed}
  wide: {provider: tokens}
pools: {default: [small, toy], code: [small]}
rules:
  - name: most
    when: {tenant: [a, b], capability: code, model: small, stream: true, tools: false,
           input_tokens: {min: 1, max: 9}, zone: internal, header.X-Kind: [x], header.x-there: "*",
           time: {days: [mon, sun], from: 08:30, to: 24:00, zone: Europe/Berlin}}
    use: {pool: code, objective: quality, max_cost: $0.002, deadline: 90s, first_token_within: 2s, min_quality: 0.1,
          trust: medium, data_collection: deny, hedge_after: 1s, continue_streams: true}
  - {when: {zone: [public]}, use: {pool: default}}
scheduler: {window: 5m, exploration: 0.05, temperature: 0.3, unknown_support: refuse, assumed_output: 99}
failover: {max_attempts: 2, within: 30s, named_models: strict, context_overflow: pass}
breakers: {window: 10s, min_requests: 4, failure_rate: 0.25, consecutive_failures: 3, slow_call: 2s, slow_rate: 0.5,
           open_for: 1s, max_open: 1m, half_open_probes: 2}
budgets:
  - {name: month, tenant: a, window: month, zone: Europe/Berlin, limit: $20, target_cost_per_success: $0.01}
  - {name: key, key: k1, tag: t, model: small, provider: lab, window: 36h, limit: $5, on_exhausted: degrade,
     unpriced: refuse}
catalog: {max_price_age: 30d}
responses: {store: false, keep: 36h, max_response: 2MiB, max_tenant: 3MiB, max_total: 5MiB}
drills: {every: 36h, mode: live, live_tag: practice}
)";

World world() {
  World world;
  world.variables = {{"LAB_KEY", "sk-very-secret"}, {"ID", "AKID"}};
  for (const char* file : {"c.pem", "k.pem", "ca.pem"}) world.files[file] = "-----BEGIN SOMETHING-----";
  world.time_zones = {"Europe/Berlin"};
  return world;
}

std::string effective_of(const std::string& text) {
  const auto loaded = load_in(world(), text);
  EXPECT_TRUE(loaded.settings) << to_text(loaded.diagnostics);
  return loaded.settings ? effective(*loaded.settings) : "{}";
}

// Walks a schema beside all values that stand where it applies.
class Walk {
 public:
  explicit Walk(const Json& root) : root_(root) {}

  void check(Json schema, const std::vector<Json>& values, const std::string& path) {
    if (schema.contains("$ref")) {
      const auto& target = root_["definitions"][schema["$ref"].get<std::string>().substr(14)];
      for (const auto& [key, value] : target.items())
        if (!schema.contains(key)) schema[key] = value;
    }
    if (schema.value("x-headgate-status", "") == "planned") return;
    ++checked;
    EXPECT_FALSE(values.empty()) << path << " is in effect and not shown";
    const auto properties = schema.value("properties", Json::object());
    for (const auto& [key, member] : properties.items()) check(member, under(values, key), path + "." + key);
    const auto patterns = schema.value("patternProperties", Json::object());
    for (const auto& [pattern, member] : patterns.items())
      check(member, under_prefix(values, pattern == "^header\\." ? "header." : pattern), path + "." + pattern);
    if (schema.contains("additionalProperties") && schema["additionalProperties"].is_object())
      check(schema["additionalProperties"], all(values), path + ".*");
    if (schema.contains("items")) check(schema["items"], all(values), path + "[]");
    for (const auto& alternative : schema.value("anyOf", Json::array()))
      if (alternative.value("type", "") == "object") check(alternative, only(values, &Json::is_object), path);
  }

  int checked = 0;

 private:
  static std::vector<Json> under(const std::vector<Json>& values, const std::string& key) {
    std::vector<Json> found;
    for (const auto& value : values)
      if (value.is_object() && value.contains(key)) found.push_back(value[key]);
    return found;
  }
  static std::vector<Json> under_prefix(const std::vector<Json>& values, const std::string& prefix) {
    std::vector<Json> found;
    for (const auto& value : values)
      for (const auto& [key, member] : value.items())
        if (key.starts_with(prefix)) found.push_back(member);
    return found;
  }
  static std::vector<Json> all(const std::vector<Json>& values) {
    std::vector<Json> found;
    for (const auto& value : values) found.insert(found.end(), value.begin(), value.end());
    return found;
  }
  static std::vector<Json> only(const std::vector<Json>& values, bool (Json::*is)() const noexcept) {
    std::vector<Json> found;
    for (const auto& value : values)
      if ((value.*is)()) found.push_back(value);
    return found;
  }

  const Json& root_;
};

TEST(Effective, ShowsEveryKeyThatIsInEffect) {
  const auto root = Json::parse(schema());
  Walk walk(root);
  walk.check(root, {Json::parse(effective_of(everything))}, "");
  EXPECT_GT(walk.checked, 130);
}

TEST(Effective, NoticesAKeyThatIsNotShown) {
  const auto root = Json::parse(schema());
  auto shown = Json::parse(effective_of(everything));
  shown["breakers"].erase("slow_rate");
  EXPECT_NONFATAL_FAILURE(Walk(root).check(root, {shown}, ""), ".breakers.slow_rate is in effect and not shown");
}

TEST(Effective, ReadsTheSameWhenReadAgain) {
  for (const auto& text : {everything, lab}) {
    const auto shown = effective_of(text);
    EXPECT_EQ(effective_of(shown), shown);
  }
}

TEST(Effective, ShowsValuesAsTheFileHasThem) {
  const auto json = Json::parse(effective_of(everything));
  EXPECT_EQ(json["server"]["admin_listen"], "[::1]:8081");
  EXPECT_EQ(json["server"]["max_body"], "5MiB");
  EXPECT_EQ(json["server"]["max_header"], "1500B");
  EXPECT_EQ(json["server"]["timeouts"]["header"], "1500ms");
  EXPECT_EQ(json["models"]["small"]["price"]["input"], "$0.15");
  EXPECT_EQ(json["models"]["small"]["parameters"]["n"], "unsupported");
  EXPECT_EQ(json["rules"][0]["when"]["time"]["from"], "08:30");
  EXPECT_EQ(json["rules"][0]["when"]["header.x-there"], "*");
  EXPECT_EQ(json["rules"][1]["name"], "rule 2");
  EXPECT_EQ(json["budgets"][1]["window"], "36h");
  EXPECT_EQ(json["catalog"]["max_price_age"], "30d");
  EXPECT_EQ(json["responses"]["store"], false);
  EXPECT_EQ(json["responses"]["keep"], "36h");
  EXPECT_EQ(json["responses"]["max_tenant"], "3MiB");
}

TEST(Effective, ShowsDefaults) {
  const auto json = Json::parse(effective_of(lab));
  EXPECT_EQ(json["server"]["workers"], "auto");
  EXPECT_EQ(json["server"]["max_header"], "32KiB");
  EXPECT_EQ(json["access"]["auth"], "open");
  EXPECT_EQ(json["scheduler"]["window"], "10m");
  EXPECT_EQ(json["pools"]["default"], Json::array({"small"}));
  EXPECT_EQ(json["budgets"], Json::array());
  EXPECT_FALSE(json.contains("drills"));
}

TEST(Effective, NamesSecretsByTheirSourceAndHidesWhatHeadersSay) {
  const auto shown = effective_of(everything);
  EXPECT_EQ(Json::parse(shown)["providers"]["lab"]["key"], "env:LAB_KEY");
  for (const char* secret : {"sk-very-secret", "blue-and-secret"}) EXPECT_EQ(shown.find(secret), shown.npos) << secret;
}

}  // namespace
}  // namespace headgate::config
