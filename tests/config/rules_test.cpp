// Rules: what they become, and which cannot work.
#include "support.hpp"

namespace headgate::config {
namespace {

using core::Capability;
using core::milliseconds;

const std::string base = R"(providers:
  near: {type: simulated, trust: high, data_collection: deny}
  far: {type: simulated, trust: low, data_collection: allow}
models:
  big: {provider: near, supports: [tools], context_window: 1000, quality: {code: 0.9}}
  small: {provider: far, supports: [], context_window: 100, quality: {code: 0.3}}
pools: {default: [big, small], cheap: [small]}
rules:
)";

// The first rule stands in line 9, in column 5.
routing::Rule rule_of(const World& world, const std::string& rule) {
  const auto result = load_in(world, base + "  - " + rule + "\n");
  EXPECT_TRUE(result.settings && result.diagnostics.empty()) << to_text(result.diagnostics);
  return result.settings ? result.settings->routing.rules.at(0) : routing::Rule{};
}

}  // namespace

TEST(Rules, CarryEveryCondition) {
  World world;
  world.time_zones = {"Europe/Berlin"};
  const auto when =
      rule_of(world, R"({when: {tenant: [a, b], capability: [code, chat], model: [big, "auto*"], stream: true,
      tools: false, input_tokens: {min: 5, max: 50}, header.X-Team: search, header.X-Any: "*",
      time: {days: [mon, fri], from: 08:00, to: 18:30, zone: Europe/Berlin}}, use: {}})")
          .when;
  EXPECT_EQ(when.tenants, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(when.capabilities, (std::vector{Capability::code, Capability::chat}));
  EXPECT_EQ(when.models, (std::vector<std::string>{"big", "auto*"}));
  EXPECT_EQ(when.stream, true);
  EXPECT_EQ(when.tools, false);
  EXPECT_EQ(when.min_input_tokens, 5u);
  EXPECT_EQ(when.max_input_tokens, 50u);
  ASSERT_EQ(when.headers.size(), 2u);
  EXPECT_EQ(when.headers[0].name, "x-team");
  EXPECT_EQ(when.headers[0].values, std::vector<std::string>{"search"});
  EXPECT_EQ(when.headers[1].name, "x-any");
  EXPECT_TRUE(when.headers[1].values.empty());
  ASSERT_TRUE(when.time);
  EXPECT_EQ(when.time->days, (std::array{true, false, false, false, true, false, false}));
  EXPECT_EQ(when.time->from, std::chrono::hours(8));
  EXPECT_EQ(when.time->to, std::chrono::minutes(18 * 60 + 30));
  EXPECT_EQ(when.time->zone_name, "Europe/Berlin");
  EXPECT_TRUE(when.time->zone);
}

TEST(Rules, CarryEveryUse) {
  const auto use = rule_of({}, R"({when: {}, use: {pool: default, objective: cost, max_cost: $0.002, deadline: 5s,
      first_token_within: 800ms, min_quality: 0.25, trust: high, data_collection: deny, hedge_after: 600ms}})")
                       .use;
  EXPECT_EQ(use.pool, "default");
  EXPECT_EQ(use.objective, routing::Objective::cost);
  EXPECT_EQ(use.max_cost, core::Money::parse("0.002"));
  EXPECT_EQ(use.deadline, milliseconds(5000));
  EXPECT_EQ(use.first_token_within, milliseconds(800));
  EXPECT_EQ(use.min_quality, 0.25);
  EXPECT_EQ(use.min_trust, routing::Trust::high);
  EXPECT_TRUE(use.deny_data_collection);
  EXPECT_EQ(use.hedge_after, milliseconds(600));
}

TEST(Rules, OfWhichNothingIsSaidLimitNothing) {
  const auto rule = rule_of({}, "{when: {}, use: {}}");
  EXPECT_EQ(rule.name, "rule 1");
  EXPECT_TRUE(rule.when.tenants.empty() && rule.when.models.empty() && rule.when.capabilities.empty());
  EXPECT_FALSE(rule.when.stream || rule.when.tools || rule.when.time || rule.when.min_input_tokens);
  EXPECT_FALSE(rule.use.objective || rule.use.max_cost || rule.use.min_trust || rule.use.continue_streams);
  EXPECT_FALSE(rule.use.deny_data_collection);
  EXPECT_TRUE(rule.use.pool.empty());
}

TEST(Rules, HaveDifferentNames) {
  expect_only(base + "  - {name: x, when: {stream: true}, use: {}}\n  - {name: x, when: {}, use: {}}\n",
              {"HG-1215", 10, 12, "another rule `x`", "", ""});
  expect_only(base + "  - {name: rule 2, when: {stream: true}, use: {}}\n  - {when: {}, use: {}}\n",
              {"HG-1215", 10, 5, "another rule `rule 2`", "", ""});
}

TEST(Rules, NamesGoIntoAHeader) {
  expect_only(base + "  - {name: \"a\\nb\", when: {}, use: {}}\n", {"HG-1108", 9, 12, "", "", "printable ASCII"});
  expect_only(base + "  - {name: gr\xC3\xBCn, when: {}, use: {}}\n", {"HG-1108", 9, 12, "", "", ""});
}

TEST(Rules, HeadersOfConditionsFollowHttpAndCarryNoCredential) {
  expect_only(base + "  - {when: {\"header.X Y\": a}, use: {}}\n", {"HG-1408", 9, 13, "`X Y` has a name", "", ""});
  expect_only(base + "  - {when: {header.Authorization: a}, use: {}}\n",
              {"HG-1408", 9, 13, "carries a credential", "`tenant`", ""});
}

TEST(Rules, UnknownWordsNameTheNearest) {
  expect_only(base + "  - {when: {capability: cod}, use: {}}\n", {"HG-1103", 9, 25, "`cod`", "`code`", ""});
  expect_only(base + "  - {when: {time: {days: [mo]}}, use: {}}\n", {"HG-1103", 9, 27, "`mo`", "`mon`", ""});
  expect_only(base + "  - {when: {}, use: {objective: costs}}\n", {"HG-1103", 9, 33, "`costs`", "`cost`", ""});
}

TEST(Rules, HoursHoldSomeTime) {
  expect_only(base + "  - {when: {time: {from: 08:00, to: 08:00}}, use: {}}\n",
              {"HG-1217", 9, 19, "no time lies between", "whole day", ""});
  expect_only(base + "  - {when: {time: {from: 24:00, to: 08:00}}, use: {}}\n", {"HG-1217", 9, 19, "", "", ""});
  expect_only(base + "  - {when: {time: {from: 25:00}}, use: {}}\n",
              {"HG-1107", 9, 26, "`25:00` is not a time of day", "", "08:00"});
  expect_only(base + "  - {when: {time: {zone: Mars/Base}}, use: {}}\n", {"HG-1214", 9, 26, "only UTC is", "", ""});
  const auto night = rule_of({}, "{when: {time: {from: 22:00, to: 06:00}}, use: {}}").when.time;
  EXPECT_EQ(night->from, std::chrono::hours(22));
  EXPECT_EQ(night->to, std::chrono::hours(6));
}

TEST(Rules, LeastIsNotAboveGreatest) {
  expect_only(base + "  - {when: {input_tokens: {min: 5, max: 4}}, use: {}}\n",
              {"HG-1213", 9, 27, "`min` of `input_tokens`", "", ""});
}

TEST(Rules, ThatCanNeverMatchAreAWarning) {
  expect_only(base + "  - {name: all, when: {}, use: {}}\n  - {name: late, when: {stream: true}, use: {}}\n",
              {"HG-1501", 10, 12, "rule `late` can never match: rule `all`", "before rule `all`", ""});
  expect_clean({}, base + "  - {when: {stream: true}, use: {}}\n  - {when: {}, use: {}}\n");
}

TEST(Rules, ThatWantStreamsGoneOnWithByNobodyAreAWarning) {
  const std::string rule = "rules: [{when: {}, use: {continue_streams: true}}]\n";
  const auto model = [](const char* fields) {
    return std::string("providers: {lab: {type: simulated}}\nmodels: {m: {provider: lab") + fields + "}}\n";
  };
  expect_only(model("") + rule, {"HG-1502", 3, 9, "no model is known to do that", "`prefill`", ""});
  expect_only(model(", supports: [tools]") + rule, {"HG-1502", 3, 9, "no model is known to do that", "", ""});
  const auto result = load_plain(model(", supports: [prefill]") + rule);
  ASSERT_TRUE(result.settings && result.diagnostics.empty()) << to_text(result.diagnostics);
  EXPECT_EQ(result.settings->routing.rules[0].use.continue_streams, true);
}

TEST(Rules, ThatWaitForAModelNobodyCanAskForAreAWarning) {
  expect_only(base + "  - {when: {model: bigg}, use: {}}\n",
              {"HG-1501", 9, 5, "waits for the model `bigg`", "did you mean `big`?", ""});
  expect_only(base + "  - {when: {model: [big, \"gpt*\"]}, use: {}}\n", {"HG-1501", 9, 5, "`gpt*`", "", ""});
  for (const char* name :
       {"big", "big:floor", "auto", "\"auto:code\"", "\"pool:cheap\"", "\"*\"", "\"b*\"", "\"big:*\""})
    expect_clean({}, base + "  - {when: {model: " + name + "}, use: {}}\n");
}

TEST(Rules, WhosePoolHasNoModelThatCanAreAWarning) {
  const auto needs = [](const std::string& when, const std::string& use, const std::string& why) {
    expect_only(base + "  - {when: {" + when + "}, use: {pool: cheap" + use + "}}\n",
                {"HG-1502", 9, 5, "no model of pool `cheap` can take what rule `rule 1` sends it", why, ""});
    expect_clean({}, base + "  - {when: {" + when + "}, use: {pool: default" + use + "}}\n");
  };
  needs("tools: true", "", "`small` has no tools");
  needs("input_tokens: {min: 101}", "", "`small` takes 100 tokens");
  needs("stream: true", ", trust: medium", "a provider of low trust");
  needs("stream: true", ", data_collection: deny", "a provider without `data_collection: deny`");
  expect_only(lab + "rules:\n  - {when: {}, use: {pool: default, data_collection: deny}}\n",
              {"HG-1502", 7, 5, "no model of pool `default`", "without `data_collection: deny`", ""});
  needs("capability: code", ", min_quality: 0.5", "`small` is below `min_quality`");
  expect_clean({}, base + "  - {when: {tools: false}, use: {pool: cheap}}\n");
  expect_clean({}, base + "  - {when: {capability: chat}, use: {pool: cheap, min_quality: 0.5}}\n");
}

TEST(Rules, ForKindsOfTaskLeadToThePoolsOfThatName) {
  expect_only(lab +
                  "pools: {code: [weak], default: [small]}\nrules:\n  - {when: {capability: [chat, code], tools: "
                  "true}, use: {}}\n",
              {"HG-1202", 6, 16, "", "", ""});
  const std::string text =
      "providers: {s: {type: simulated}}\nmodels: {weak: {provider: s, supports: []}, strong: {provider: s}}\n"
      "pools: {code: [weak], default: [strong]}\nrules:\n";
  expect_only(text + "  - {when: {capability: [chat, code], tools: true}, use: {}}\n",
              {"HG-1502", 5, 5, "no model of pool `code`", "`weak` has no tools", ""});
  expect_clean({}, text + "  - {when: {capability: chat, tools: true}, use: {}}\n");
}

TEST(Rules, PoolsForAKindOfTaskHaveAModelThatCan) {
  const std::string text =
      "providers: {s: {type: simulated}}\nmodels: {a: {provider: s, quality: {code: 0}}, b: {provider: s}}\npools:\n";
  expect_only(text + "  code: [a]\n", {"HG-1502", 4, 3, "no model of pool `code` can do it", "", ""});
  expect_clean({}, text + "  code: [a, b]\n");
  expect_clean({}, text + "  chat: [a]\n");
}

TEST(Rules, ThatOverlapOnlyInPartAreFine) {
  std::string text = base;
  for (int i = 0; i < 1000; ++i)
    text += "  - {when: {tenant: [t" + std::to_string(i) + ", u], time: {days: [mon, tue]}}, use: {}}\n";
  EXPECT_TRUE(load_plain(text).diagnostics.empty());
}

}  // namespace headgate::config
