// One schema: the loader and a JSON Schema validator must agree on every file.
#include <yaml-cpp/yaml.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "headgate/config/schema.hpp"
#include "headgate/providers/vendor.hpp"
#include "key_file.hpp"
#include "support.hpp"

namespace headgate::config {
namespace {

using nlohmann::json;

// YAML 1.2's core rules, as editors read the file.
json scalar_to_json(const YAML::Node& node) {
  static const std::regex integer("[-+]?[0-9]+"), number(R"([-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)");
  const std::string& text = node.Scalar();
  if (node.Tag() == "!") return text;
  if (text == "true" || text == "false") return text == "true";
  if (std::regex_match(text, integer)) return std::stoll(text);
  if (std::regex_match(text, number)) return std::stod(text);
  return text;
}

json to_json_tree(const YAML::Node& node) {
  if (node.IsScalar()) return scalar_to_json(node);
  if (node.IsNull()) return nullptr;
  json tree = node.IsMap() ? json::object() : json::array();
  if (node.IsMap()) {
    for (const auto& entry : node) tree[entry.first.Scalar()] = to_json_tree(entry.second);
  } else {
    for (const auto& item : node) tree.push_back(to_json_tree(item));
  }
  return tree;
}

bool valid_by_validator(const std::string& text) {
  const json schema_tree = json::parse(schema());
  valijson::Schema parsed;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_tree), parsed);
  const json document = to_json_tree(YAML::Load(text));
  return valijson::Validator().validate(parsed, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

// Codes that depend on more than one value, so that no schema can know them.
bool beyond_the_schema(const std::string& code) {
  static const std::set<std::string> within{"HG-1002", "HG-1101", "HG-1102", "HG-1103", "HG-1105", "HG-1106",
                                            "HG-1107", "HG-1108", "HG-1111", "HG-1112", "HG-1204", "HG-1205",
                                            "HG-1206", "HG-1207", "HG-1301", "HG-1405"};
  return !within.contains(code);
}

bool valid_by_loader(const std::string& text) {
  const auto result = load_plain(text);
  return std::all_of(result.diagnostics.begin(), result.diagnostics.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::warning || beyond_the_schema(d.code); });
}

const std::vector<std::string> shipped{"config/headgate.yaml",         "config/starter.yaml",
                                       "config/simulated.yaml",        "config/demo.yaml",
                                       "config/examples/minimal.yaml", "config/examples/failover.yaml",
                                       "config/examples/local.yaml",   "config/examples/team.yaml",
                                       "config/examples/full.yaml",    "config/examples/outage.yaml",
                                       "config/examples/clouds.yaml"};

World complete_world() {
  World world;
  for (const auto& vendor : providers::vendors()) world.variables[std::string(vendor.key_env)] = "k";
  world.files["/etc/headgate/cert.pem"] = world.files["/etc/headgate/key.pem"] = "-----BEGIN X-----\n";
  world.files["/run/secrets/groq"] = world.files["/var/lib/headgate/secrets/openai"] = "k\n";
  world.files["/run/secrets/service-account.json"] = key_file();
  world.variables["AWS_ACCESS_KEY_ID"] = world.variables["AWS_SECRET_ACCESS_KEY"] = "k";
  world.tenant_keys = true;
  world.time_zones = {"Europe/Berlin"};
  return world;
}

// Calls `visit` with every subschema and its path.
void walk(const json& node, const std::string& path,
          const std::function<void(const json&, const std::string&)>& visit) {
  visit(node, path);
  for (const char* group : {"properties", "patternProperties", "definitions"}) {
    if (!node.contains(group)) continue;
    for (const auto& [key, value] : node[group].items())
      walk(value, path + (group == std::string("definitions") ? ".definitions." : ".") + key, visit);
  }
  for (const char* single : {"additionalProperties", "items", "propertyNames"}) {
    if (node.contains(single) && node[single].is_object()) walk(node[single], path + "." + single, visit);
  }
  if (node.contains("anyOf")) {
    for (const auto& alternative : node["anyOf"]) walk(alternative, path + ".anyOf", visit);
  }
}

}  // namespace

TEST(Schema, ShippedFilesAreValidBothWays) {
  for (const auto& path : shipped) {
    const auto text = read_source(path);
    EXPECT_TRUE(valid_by_validator(text)) << path;
    const auto result = load(text, path, complete_world().environment());
    EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
    for (const auto& diagnostic : result.diagnostics) {
      EXPECT_EQ(diagnostic.code, "HG-1901") << to_text(result.diagnostics);
    }
  }
}

TEST(Schema, CommentedDefaultNeedsNothingFromTheMachine) { expect_clean({}, read_source("config/headgate.yaml")); }

TEST(Schema, LoaderAndValidatorAgree) {
  const std::vector<std::string> additions{"log: {level: info}",
                                           "log: {level: 7}",
                                           "log: {levl: info}",
                                           "log: []",
                                           "log:",
                                           "server: {workers: auto}",
                                           "server: {workers: 4}",
                                           "server: {workers: 4.5}",
                                           "server: {workers: \"4\"}",
                                           "server: {workers: some}",
                                           "server: {listen: \"[::1]:80\"}",
                                           "server: {listen: 80}",
                                           "server: {listen: \"host:80\"}",
                                           "server: {drain: 10}",
                                           "server: {drain: 10s}",
                                           "server: {drain: 1.5h}",
                                           "server: {drain: 10sec}",
                                           "server: {drain: 10 s}",
                                           "server: {max_body: 1.5MiB}",
                                           "server: {max_body: 2GiB}",
                                           "server: {tls: {cert: a}}",
                                           "server: {tls: {cert: a, key: b}}",
                                           "server: {trusted_proxies: [10.0.0.0/8]}",
                                           "server: {trusted_proxies: [here]}",
                                           "pools: {a: []}",
                                           "pools: {a: [small]}",
                                           "pools: {a: [small, small]}",
                                           "pools: {\"a b\": [small]}",
                                           "pools: {a: small}",
                                           "pools: {a: [1]}",
                                           "rules: [{when: {}, use: {}}]",
                                           "rules: [{when: {}}]",
                                           "rules: [{when: {header.X-A: b}, use: {}}]",
                                           "rules: [{when: {headr: b}, use: {}}]",
                                           "rules: [{when: {header.: b}, use: {}}]",
                                           "rules: [{when: {capability: [chat, code]}, use: {}}]",
                                           "rules: [{when: {capability: chatt}, use: {}}]",
                                           "rules: [{when: {tenant: 5}, use: {}}]",
                                           "rules: [{when: {capability: {}}, use: {}}]",
                                           "rules: [{when: {time: {days: [mon], from: 08:00, to: 24:00}}, use: {}}]",
                                           "rules: [{when: {time: {days: [monday]}}, use: {}}]",
                                           "rules: [{when: {time: {days: []}}, use: {}}]",
                                           "rules: [{when: {time: {from: 8:00}}, use: {}}]",
                                           "rules: [{when: {time: {from: 24:01}}, use: {}}]",
                                           "rules: [{when: {time: {from: 08:60}}, use: {}}]",
                                           "rules: [{when: {time: {zone: ../etc}}, use: {}}]",
                                           "rules: [{when: {time: {zone: /etc}}, use: {}}]",
                                           "rules: [{when: {time: morning}, use: {}}]",
                                           "rules: [{when: {zone: {}}, use: {}}]",
                                           "rules: [{name: \" a\", when: {}, use: {}}]",
                                           "rules: [{name: \"a b\", when: {}, use: {}}]",
                                           "rules: [{name: \"\", when: {}, use: {}}]",
                                           "rules: [{name: gr\xC3\xB6\xC3\x9F"
                                           "er, when: {}, use: {}}]",
                                           "rules: [{when: {}, use: {trust: high, data_collection: deny}}]",
                                           "rules: [{when: {}, use: {data_collection: allow}}]",
                                           "rules: [{when: {}, use: {min_quality: 0.5}}]",
                                           "rules: [{when: {}, use: {deadline: 5}}]",
                                           "rules: [{when: {stream: yes}, use: {}}]",
                                           "rules: [{when: {stream: true}, use: {max_cost: $1}}]",
                                           "rules: [{when: {}, use: {max_cost: 1}}]",
                                           "rules: [{when: {}, use: {max_cost: $1.}}]",
                                           "guard: {injection: {action: off, threshold: 0.5}}",
                                           "guard: {injection: {threshold: high}}",
                                           "guard: {injection: {threshold: calibrated}}",
                                           "guard: {model: {timeout: 1s}}",
                                           "budgets: [{name: a, window: 1d, limit: $5}]",
                                           "budgets: [{name: a, window: 1d}]",
                                           "budgets: {name: a}",
                                           "budgets: [{name: a, window: week, limit: $5, zone: UTC}]",
                                           "budgets: [{name: a, window: year, limit: $5}]",
                                           "budgets: [{name: a, window: 7, limit: $5}]",
                                           "budgets: [{name: a, window: day, limit: 5}]",
                                           "budgets: [{name: a, window: day, limit: $5, tag: \"a b\"}]",
                                           "budgets: [{name: a, window: day, limit: $5, tag: \"a:b/c\"}]",
                                           "budgets: [{name: a, window: day, limit: $5, key: AbC123}]",
                                           "budgets: [{name: a, window: day, limit: $5, on_exhausted: no}]",
                                           "catalog: {max_price_age: 30d}",
                                           "catalog: {max_price_age: 30}",
                                           "responses: {store: false, keep: 1h, max_response: 1MiB}",
                                           "responses: {store: sometimes}",
                                           "responses: {keep: 1ms}",
                                           "drills: {every: 7d, mode: live, live_tag: drill}",
                                           "drills: {mode: loud}",
                                           "scheduler: {unknown_support: refuse, assumed_output: 100}",
                                           "scheduler: {unknown_support: no}",
                                           "store: {state: postgres://h/d}",
                                           "store: {state: mysql://h/d}",
                                           "data_dir: \"\"",
                                           "data_dir: 7",
                                           "access: {auth: open}",
                                           "access: {auth: false}",
                                           "access: {zones: {a: {networks: [\"::/0\"], requests_per_minute: 5}}}",
                                           "access: {zones: {a: {requests_per_minute: 5}}}",
                                           "access: {zones: {a: {networks: [10.0.0.0/8]}}}",
                                           "access: {zones: {a: {networks: [10.0.0.0]}}}",
                                           "cache: {exact: {enabled: no}}",
                                           "cache: {exact: {enabled: false, ttl: 1d}}",
                                           "audit: {retention: forever}",
                                           "scheduler: {temperature: 0.1}",
                                           "unknown: {}"};
  for (const auto& addition : additions) {
    const auto text = lab + addition + "\n";
    EXPECT_EQ(valid_by_validator(text), valid_by_loader(text)) << addition << "\n"
                                                               << to_text(load_plain(text).diagnostics);
  }
}

TEST(Schema, LoaderAndValidatorAgreeOnProvidersAndModels) {
  const std::vector<std::string> accounts{"type: simulated",
                                          "type: simulatd",
                                          "base_url: http://h/v1",
                                          "type: simulated, tokens: 1.5",
                                          "type: simulated, key: none",
                                          "type: simulated, key: env:A",
                                          "type: simulated, key: \"env:\"",
                                          "type: simulated, key: sk-1",
                                          "type: simulated, key: \"secret:a/b\"",
                                          "type: simulated, base_url: \"http://h:80/v1\"",
                                          "type: simulated, base_url: \"ftp://h\"",
                                          "type: simulated, base_url: \"http://u@h/\"",
                                          "type: simulated, base_url: h",
                                          "type: simulated, headers: {A: b}",
                                          "type: simulated, headers: {A: 1}",
                                          "type: simulated, trust: low",
                                          "type: simulated, trust: lo",
                                          "type: simulated, data_collection: deny",
                                          "type: simulated, data_collection: no",
                                          "type: simulated, timeouts: {total: 5}",
                                          "type: simulated, ca_file: []"};
  for (const auto& account : accounts) {
    const auto text = "providers: {a: {" + account + "}}\nmodels: {m: {provider: a}}\n";
    EXPECT_EQ(valid_by_validator(text), valid_by_loader(text)) << account << "\n"
                                                               << to_text(load_plain(text).diagnostics);
  }
  const std::vector<std::string> models{"m: {provider: a}",
                                        "m: {}",
                                        "\"a b\": {provider: a}",
                                        "m: {provider: a, upstream: \"x y\"}",
                                        "m: {provider: a, supports: [tools, tools]}",
                                        "m: {provider: a, supports: [toolz]}",
                                        "m: {provider: a, price: {input: $1, per: 1M}}",
                                        "m: {provider: a, price: {input: 1}}",
                                        "m: {provider: a, price: {free: true}}",
                                        "m: {provider: a, price: {free: yes}}",
                                        "m: {provider: a, price: {input: $1, per: 1K, reasoning: $2}}",
                                        "m: {provider: a, parameters: {\"a b\": unsupported}}",
                                        "m: {provider: a, parameters: {n: {max: 1}, stop: unsupported}}",
                                        "m: {provider: a, parameters: {n: 1}}",
                                        "m: {provider: a, parameters: {n: [1]}}",
                                        "m: {provider: a, quality: {code: 0.5}}",
                                        "m: {provider: a, quality: {cooking: 0.5}}",
                                        "m: {provider: a, context_window: 1k}",
                                        "m: a"};
  for (const auto& model : models) {
    const auto text = "providers: {a: {type: simulated}}\nmodels: {" + model + "}\n";
    EXPECT_EQ(valid_by_validator(text), valid_by_loader(text)) << model << "\n"
                                                               << to_text(load_plain(text).diagnostics);
  }
}

TEST(Schema, EveryVendorIsAKnownType) {
  const auto types =
      json::parse(schema())["properties"]["providers"]["additionalProperties"]["properties"]["type"]["enum"];
  for (const auto& vendor : providers::vendors()) {
    EXPECT_NE(std::find(types.begin(), types.end(), std::string(vendor.name)), types.end()) << vendor.name;
  }
}

TEST(Schema, EveryKeyIsDescribedAndEveryPatternHasAKind) {
  walk(json::parse(schema()), "", [](const json& node, const std::string& path) {
    const bool member = path.find(".definitions.") == path.npos && path.find("anyOf") == path.npos;
    const auto last = path.substr(path.rfind('.') + 1);
    if (member && last != "items" && last != "propertyNames" && last != "additionalProperties") {
      EXPECT_TRUE(node.contains("description")) << path;
    }
    if (node.contains("pattern")) {
      EXPECT_TRUE(node.contains("x-headgate-kind") && node.contains("x-headgate-expected")) << path;
    }
    if (node.value("type", "") == "object" && !node.contains("additionalProperties"))
      ADD_FAILURE() << path << " takes anything";
  });
}

}  // namespace headgate::config
