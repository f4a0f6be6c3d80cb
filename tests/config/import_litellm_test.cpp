// What LiteLLM's file says is carried over exactly or listed, and never guessed. The files are in
// litellm/; HEADGATE_UPDATE_GOLDEN=1 rewrites what they must lead to.
#include "headgate/config/import_litellm.hpp"

#include <cstdlib>
#include <set>

#include "support.hpp"

namespace headgate::config {
namespace {

const std::string folder = "tests/config/litellm/";

Imported import(const std::string& text) { return import_litellm(text, "litellm.yaml"); }

// A machine on which every variable of the file is set.
Environment any_variable() {
  Environment environment;
  environment.variable = [](const std::string&) { return std::optional<std::string>("a-key"); };
  return environment;
}

// What the gateway makes of the imported file.
Settings loaded(const Imported& imported) {
  EXPECT_TRUE(imported.yaml) << to_text(imported.found);
  auto result = load(imported.yaml.value_or(""), "headgate.yaml", any_variable());
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics) << imported.yaml.value_or("");
  return result.settings.value_or(Settings());
}

std::string model_list(const std::string& items, const std::string& rest = "") {
  return "model_list:\n" + items + rest;
}

// One deployment: "NAME: PARAMS" in flow style.
std::string deployment(const std::string& name, const std::string& params) {
  return "  - {model_name: " + name + ", litellm_params: {" + params + "}}\n";
}

const std::string gpt = deployment("gpt", "model: openai/gpt-4o");

std::string all_text(const Imported& imported) {
  return imported.yaml.value_or("") + to_text(imported.found) + to_json(imported.found) + to_github(imported.found);
}

bool lists(const Imported& imported, Severity severity, int line, const std::string& words) {
  return std::any_of(imported.found.begin(), imported.found.end(), [&](const Diagnostic& one) {
    return one.severity == severity && one.line == line && one.message.find(words) != std::string::npos;
  });
}

void expect_left_out(const std::string& text, int line, const std::string& words) {
  const auto imported = import(text);
  EXPECT_TRUE(lists(imported, Severity::warning, line, words)) << words << " in\n" << to_text(imported.found);
}

void expect_unreadable(const std::string& text, const std::string& code) {
  const auto imported = import(text);
  EXPECT_FALSE(imported.yaml);
  ASSERT_TRUE(has_errors(imported.found));
  EXPECT_NE(to_text(imported.found).find(code), std::string::npos) << to_text(imported.found).substr(0, 500);
}

std::string yaml_of(const std::string& text) { return import(text).yaml.value_or("nothing"); }

class ImportLitellmFile : public testing::TestWithParam<const char*> {
 protected:
  const std::string path_ = folder + GetParam();
  const std::string text_ = read_source(path_ + ".yaml");
};

// As golden files: the result, a line, then the list.
std::string golden_of(const Imported& imported) {
  std::string text = imported.yaml.value_or("") + "---\n";
  for (const auto& one : imported.found) {
    text += std::to_string(one.line) + ":" + std::to_string(one.column) + " " +
            (one.severity == Severity::note ? "note " : "left out ") + one.code + " " + one.message;
    text += one.hint.empty() ? "\n" : "; " + one.hint + "\n";
  }
  return text;
}

}  // namespace

TEST_P(ImportLitellmFile, LeadsToWhatWasAgreed) {
  const std::string current = golden_of(import(text_));
  const std::string golden = path_ + ".golden";
  if (std::getenv("HEADGATE_UPDATE_GOLDEN")) {
    std::ofstream(std::string(HEADGATE_SOURCE_DIR) + "/" + golden) << current;
    return;
  }
  EXPECT_EQ(current, read_source(golden));
}

TEST_P(ImportLitellmFile, LoadsWithoutAnError) { loaded(import(text_)); }

TEST_P(ImportLitellmFile, HasAPlaceForEverythingThatIsListed) {
  for (const auto& one : import(text_).found) {
    EXPECT_GT(one.line, 0) << one.message;
    EXPECT_GT(one.column, 0) << one.message;
  }
}

TEST_P(ImportLitellmFile, EndsWhereverItIsCut) {
  for (std::size_t length = 0; length < text_.size(); length += 5) {
    const auto imported = import(text_.substr(0, length));
    EXPECT_NE(imported.yaml.has_value(), has_errors(imported.found)) << length;
    if (imported.yaml) loaded(imported);
  }
}

TEST_P(ImportLitellmFile, ShowsNoKeyThatStandsInIt) {
  const auto shown = all_text(import(text_));
  for (const char* secret : {"sk-lab-0123456789abcdef", "another-long-secret", "sk-proj-zzzzzzzzzzzzzzzz", "hunter2",
                             "sk-1234", "dddd-bbbb", "rrrr-eeee", "pppp-aaaa", "llll-aaaa", "tttt-oooo", "AKIAEXAMPLE"})
    EXPECT_EQ(shown.find(secret), std::string::npos) << secret;
}

INSTANTIATE_TEST_SUITE_P(All, ImportLitellmFile,
                         testing::Values("one_provider", "balanced", "fallbacks", "budgets", "own_servers",
                                         "everything_else"),
                         [](const auto& instance) { return std::string(instance.param); });

TEST(ImportLitellm, KeepsTheNamesThatClientsUse) {
  const auto settings = loaded(import(read_source(folder + "balanced.yaml")));
  std::set<std::string> names;
  for (const auto& model : settings.routing.models) names.insert(model.name);
  for (const char* name : {"chat", "code", "gpt-4", "hidden-chat"}) EXPECT_TRUE(names.contains(name)) << name;
}

TEST(ImportLitellm, AsksDeploymentsOfOneNameByTheirOrder) {
  const auto settings = loaded(import(model_list(deployment("m", "model: openai/last, order: 2") +
                                                 deployment("m", "model: openai/first, order: 1") +
                                                 deployment("m", "model: openai/second, order: 1"))));
  ASSERT_EQ(settings.routing.models.size(), 3u);
  EXPECT_EQ(settings.routing.models[0].name, "m");
  EXPECT_EQ(settings.routing.models[0].upstream, "first");
  EXPECT_EQ(settings.routing.models[1].upstream, "second");
  EXPECT_EQ(settings.routing.pools[0].models, (std::vector<std::string>{"m", "m-2", "m-3"}));
}

TEST(ImportLitellm, NumbersDeploymentsAroundNamesThatAreTaken) {
  const auto settings = loaded(import(model_list(
      deployment("m", "model: openai/a") + deployment("m", "model: openai/b") + deployment("m-2", "model: openai/c"))));
  EXPECT_EQ(settings.routing.models[1].name, "m-3");
  EXPECT_EQ(settings.routing.models[2].name, "m-2");
}

TEST(ImportLitellm, ModelsWithoutFallbacksStandAlone) {
  const auto settings = loaded(import(model_list(gpt + deployment("other", "model: openai/o3"))));
  EXPECT_EQ(settings.routing.failover.named_models, routing::NamedModels::strict);
}

TEST(ImportLitellm, OneAccountForDeploymentsThatDifferInTheModelOnly) {
  const auto settings = loaded(
      import(model_list(gpt + deployment("b", "model: openai/b") + deployment("c", "model: openai/c, timeout: 5"))));
  ASSERT_EQ(settings.providers.size(), 2u);
  EXPECT_EQ(settings.providers[1].name, "openai-2");
  EXPECT_EQ(settings.providers[1].timeouts.total, core::milliseconds(5000));
  EXPECT_EQ(settings.providers[1].timeouts.first_byte, core::milliseconds(5000));
}

TEST(ImportLitellm, EveryLiteralKeyGetsAVariableOfItsOwn) {
  const auto yaml = yaml_of(model_list(deployment("a", "model: openai/a, api_key: os.environ/OPENAI_API_KEY") +
                                       deployment("b", "model: openai/b, api_key: literal-one") +
                                       deployment("c", "model: openai/c, api_key: literal-two") +
                                       deployment("d", "model: openai/d, api_key: literal-one")));
  EXPECT_NE(yaml.find("openai: {type: openai, key: env:OPENAI_API_KEY}"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("openai-2: {type: openai, key: env:OPENAI_2_API_KEY}"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("openai-3: {type: openai, key: env:OPENAI_3_API_KEY}"), std::string::npos) << yaml;
  EXPECT_EQ(yaml.find("openai-4"), std::string::npos) << yaml;
}

TEST(ImportLitellm, ALiteralKeyNeverTakesAVariableThatHoldsAnother) {
  const auto yaml = yaml_of(model_list(deployment("a", "model: openai/a, api_key: literal-one") +
                                       deployment("b", "model: openai/b, api_key: os.environ/OPENAI_API_KEY")));
  EXPECT_NE(yaml.find("openai: {type: openai, key: env:OPENAI_API_KEY_2}"), std::string::npos) << yaml;
}

TEST(ImportLitellm, OnlyNamesOfLitellmsListNeedNoProvider) {
  for (const char* known : {"gpt-4o", "o1", "o3-mini", "chatgpt-4o-latest", "text-embedding-3-small"})
    EXPECT_EQ(loaded(import(model_list(deployment("m", "model: " + std::string(known))))).providers[0].type, "openai");
  for (const char* other : {"o1234", "claude-sonnet-4", "gemini-2.5-pro", "llama3"})
    expect_left_out(model_list(gpt + deployment("m", "model: " + std::string(other))), 3,
                    "does not say which provider");
}

TEST(ImportLitellm, PricesAreExact) {
  const auto price = [](const std::string& amount) {
    const auto yaml = yaml_of(model_list(deployment("m", "model: openai/m, input_cost_per_token: " + amount)));
    const auto at = yaml.find("price: {input: ");
    return at == yaml.npos ? std::string("none") : yaml.substr(at + 15, yaml.find(',', at) - at - 15);
  };
  EXPECT_EQ(price("0.00000015"), "$0.15");
  EXPECT_EQ(price("1.5e-07"), "$0.15");
  EXPECT_EQ(price("3e-6"), "$3");
  EXPECT_EQ(price("0.000421"), "$421");
  EXPECT_EQ(price("1.23456789e-9"), "$0.00123456789");
  EXPECT_EQ(price("1"), "$1000000");
  for (const char* odd : {"-0.1", "cheap", "1e-30", "1e30", "\"0.1\"", "os.environ/PRICE", "[1]", "1e-"})
    EXPECT_EQ(price(odd), "none") << odd;
}

TEST(ImportLitellm, APriceOfNothingIsSaidInSoManyWords) {
  const auto yaml = yaml_of(model_list(deployment("m", "model: openai/m, input_cost_per_token: 0")));
  EXPECT_NE(yaml.find("price: {free: true}"), std::string::npos) << yaml;
}

TEST(ImportLitellm, APriceWithoutInputIsLeftOut) {
  const auto text = model_list(deployment("m", "model: openai/m, output_cost_per_token: 1e-5"));
  expect_left_out(text, 2, "without one of its input");
  EXPECT_EQ(yaml_of(text).find("price"), std::string::npos);
}

TEST(ImportLitellm, MonthsAreNoWindow) {
  expect_left_out(model_list(deployment("m", "model: openai/m, max_budget: 5, budget_duration: 1mo")), 2, "`1mo`");
  const auto yaml = yaml_of(model_list(deployment("m", "model: openai/m, max_budget: 5, budget_duration: 2w")));
  EXPECT_NE(yaml.find("{name: \"model m\", model: m, window: 14d, limit: $5}"), std::string::npos) << yaml;
}

TEST(ImportLitellm, AZeroBudgetIsNone) {
  EXPECT_EQ(yaml_of(model_list(gpt, "litellm_settings: {max_budget: 0.0, budget_duration: 1d}\n")).find("budgets"),
            std::string::npos);
}

TEST(ImportLitellm, RouterSettingsCountBeforeLitellmSettings) {
  const auto text =
      model_list(gpt + deployment("b", "model: openai/b") + deployment("c", "model: openai/c"),
                 "router_settings: {fallbacks: [{gpt: [b]}]}\nlitellm_settings: {fallbacks: [{gpt: [c]}]}\n");
  expect_left_out(text, 6, "stands under `router_settings`");
  EXPECT_NE(yaml_of(text).find("gpt: [gpt, b]"), std::string::npos);
}

TEST(ImportLitellm, TheRuleOfAModelNamesItsOwnPool) {
  const auto yaml =
      yaml_of(model_list(gpt + deployment("b", "model: openai/b"), "litellm_settings: {fallbacks: [{gpt: [b]}]}\n"));
  EXPECT_NE(yaml.find("  gpt: [gpt, b]\n  b: [b]\n"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("{name: gpt, when: {model: gpt}, use: {pool: gpt}}"), std::string::npos) << yaml;
  EXPECT_NE(yaml.find("{name: b, when: {model: b}, use: {pool: b}}"), std::string::npos) << yaml;
}

TEST(ImportLitellm, PoolsOfModelsNeverTakeAMeaningfulName) {
  const auto yaml =
      yaml_of(model_list(deployment("code", "model: openai/a") + deployment("default", "model: openai/b") +
                             deployment("a/b", "model: openai/c") + deployment("a:b", "model: openai/d"),
                         "litellm_settings: {default_fallbacks: [code]}\n"));
  for (const char* line : {"  code-models: [code]", "  default-models: [default, code]", "  a-b: [a/b, code]",
                           "  a-b-2: [\"a:b\", code]", "  default: [code]"})
    EXPECT_NE(yaml.find(std::string(line) + "\n"), std::string::npos) << line << "\n" << yaml;
}

TEST(ImportLitellm, EveryFallbackIsWithinTheAttempts) {
  std::string items, targets;
  for (int i = 0; i < 6; ++i) {
    items += deployment("m" + std::to_string(i), "model: openai/m" + std::to_string(i) + ", timeout: 600");
    targets += "m" + std::to_string(i) + ", ";
  }
  const auto settings =
      loaded(import(model_list(items, "router_settings: {fallbacks: [{m0: [" + targets + "m1]}]}\n")));
  EXPECT_EQ(settings.routing.failover.max_attempts, 6);
  EXPECT_GE(settings.routing.failover.within, std::chrono::seconds(3600));
}

TEST(ImportLitellm, AskedKeysStayAskedFor) {
  EXPECT_EQ(loaded(import(model_list(gpt, "general_settings: {master_key: sk-x}\n"))).access.auth,
            access::Auth::required);
  EXPECT_EQ(yaml_of(model_list(gpt)).find("access"), std::string::npos);
}

TEST(ImportLitellm, OddNamesComeThrough) {
  for (const char* name :
       {"yes", "null", "123", "1.5", "~", "a:b", "a#b", "{x}", "back\\\\slash", "q\\\"q", "-", "?", "&a"}) {
    const auto imported = import(model_list(deployment("\"" + std::string(name) + "\"", "model: openai/m")));
    EXPECT_EQ(loaded(imported).routing.models.size(), 1u) << name;
  }
}

TEST(ImportLitellm, ListsWhatIsOddInsteadOfGuessing) {
  expect_left_out(model_list(gpt + "  - 7\n"), 3, "without `model_name`");
  expect_left_out(model_list(gpt + deployment("x", "api_key: none")), 3, "no `model`");
  expect_left_out(model_list(gpt + deployment("x", "model: [a]")), 3, "no `model`");
  expect_left_out(model_list(gpt, "litellm_settings: {fallbacks: {gpt: [gpt]}}\n"), 3, "no list of");
  expect_left_out(model_list(gpt, "litellm_settings: {fallbacks: [gpt]}\n"), 3, "not of the form");
  expect_left_out(model_list(gpt, "litellm_settings: {fallbacks: [{gpt: b}]}\n"), 3, "no list of names");
  expect_left_out(model_list(gpt, "litellm_settings: {default_fallbacks: gpt}\n"), 3, "another form");
  expect_left_out(model_list(gpt, "router_settings: {model_group_alias: [gpt]}\n"), 3, "another form");
  expect_left_out(model_list(gpt + deployment("x", "model: openai/x, litellm_credential_name: mine")), 3,
                  "its credential is not in this file");
  expect_left_out(model_list(gpt + deployment("x", "model: openai/x, order: first")), 3, "`order`");
  expect_left_out(model_list(gpt + deployment("x", "model: groq/x, organization: org-1")), 3, "`organization`");
  expect_left_out(model_list(gpt, "router_settings: [1]\n"), 3, "`router_settings`");
  expect_left_out(model_list(gpt, "something_new: 1\n"), 3, "`something_new`");
}

TEST(ImportLitellm, TheExampleOfThePageIsTrue) {
  const auto page = read_source("docs/import.md");
  const std::string fence = "```yaml\n";
  const auto first = page.find(fence) + fence.size();
  const auto second = page.find(fence, first) + fence.size();
  const auto imported = import_litellm(page.substr(first, page.find("```", first) - first), "config.yaml");
  ASSERT_TRUE(imported.yaml);
  EXPECT_EQ(imported.yaml->substr(imported.yaml->find('\n') + 1),
            page.substr(second, page.find("```", second) - second));
  const auto list = to_text(imported.found);
  EXPECT_NE(page.find(list.substr(0, list.find('\n') + 1)), std::string::npos) << list;
}

TEST(ImportLitellm, SaysWhyAFileIsUnreadable) {
  expect_unreadable("", "HG-1606");
  expect_unreadable("just text", "HG-1606");
  expect_unreadable("providers: {a: {type: openai}}\n", "HG-1606");
  expect_unreadable("model_list: []\n", "HG-1605");
  expect_unreadable(model_list(deployment("x", "model: azure/x")), "HG-1605");
  expect_unreadable("model_list: [}\n", "HG-1001");
  expect_unreadable("model_list:\n\t- a\n", "HG-1004");
  expect_unreadable("model_list: \xff\n", "HG-1005");
  expect_unreadable(std::string((1u << 20) + 1, '#'), "HG-1006");
  expect_unreadable("a: " + std::string(100, '[') + std::string(100, ']'), "HG-1007");
  expect_unreadable("a: &x 1\nb: *x\n", "HG-1008");
  expect_unreadable(model_list(gpt) + model_list(gpt), "HG-1003");
  expect_unreadable(model_list(deployment("x", "model: openai/a, model: openai/b")), "HG-1003");
}

TEST(ImportLitellm, ListsThatWouldNeverEndSayHowMuchIsMissing) {
  std::string settings = "general_settings:\n";
  for (int i = 0; i < 5000; ++i) settings += "  k" + std::to_string(i) + ": 1\n";
  const auto imported = import(model_list(gpt, settings));
  ASSERT_TRUE(imported.yaml);
  EXPECT_EQ(imported.found.size(), 1001u);
  EXPECT_EQ(imported.found.back().message, "and 4000 more that are not listed");
}

TEST(ImportLitellm, LargeFilesEndInTime) {
  std::string items, targets;
  for (int i = 0; i < 4000; ++i) {
    const std::string name = "m" + std::to_string(i);
    items += deployment(name, "model: openai/x, api_base: http://h" + std::to_string(i) + ", api_key: key-" + name);
    targets += "m1, m2, " + name + ", ";
  }
  const auto imported = import(model_list(items, "litellm_settings: {default_fallbacks: [" + targets + "m0]}\n"));
  EXPECT_FALSE(imported.yaml);  // 4000 pools of 100 are more than a file may hold
  EXPECT_NE(to_text(imported.found).find("larger than 1 MiB"), std::string::npos);
}

}  // namespace headgate::config
