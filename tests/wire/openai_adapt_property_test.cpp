// Adapted requests against what must hold of all of them: random requests, random limits.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "headgate/wire/openai_adapt.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Feature;
using nlohmann::json;

// Writes random requests and random limits.
class Writer {
 public:
  explicit Writer(unsigned seed) : random_(seed) {}

  std::string body() {
    std::vector<std::string> members{member("model", "\"m\""), member("messages", list(messages(), "[", "]"))};
    for (const auto& [name, values] : parameters_)
      if (random_() % 3 == 0) members.push_back(member(name, any(values)));
    if (random_() % 3 == 0) members.push_back(member("response_format", format()));
    std::shuffle(members.begin(), members.end(), random_);
    return blank() + list(members, "{", "}") + blank();
  }

  ModelLimits limits() {
    ModelLimits limits;
    for (std::size_t i = 0; i < core::feature_count; ++i)
      if (random_() % 3 == 0) limits.lacking.add(static_cast<Feature>(i));
    if (random_() % 2 == 0) limits.max_output = random_() % 20;
    for (const auto& parameter : parameters_)
      if (random_() % 3 == 0) limits.parameters[parameter.first] = rule();
    return limits;
  }

 private:
  std::string any(const std::vector<std::string>& choices) { return choices[random_() % choices.size()]; }
  std::string blank() { return any({"", "", "", " ", "\n", "\r\n\t  "}); }

  std::string list(const std::vector<std::string>& elements, const std::string& open, const std::string& close) {
    std::string out = open + blank();
    for (const auto& element : elements)
      out += (&element == &elements.front() ? "" : "," + blank()) + element + blank();
    return out + close;
  }
  std::string member(const std::string& name, const std::string& value) {
    return "\"" + (random_() % 9 == 0 ? "\\u00" + hex(name.front()) + name.substr(1) : name) + "\"" + blank() + ":" +
           blank() + value;
  }
  static std::string hex(char c) {
    static constexpr char digits[] = "0123456789abcdef";
    return {digits[c >> 4], digits[c & 15]};
  }

  std::vector<std::string> messages() {
    std::vector<std::string> out;
    for (auto count = random_() % 4; count > 0; --count) {
      std::vector<std::string> members{member(
          "role", any({R"("system")", R"("developer")", R"("user")", R"("user")", R"("assistant")", R"("tool")"}))};
      if (random_() % 5 != 0)
        members.push_back(member(
            "content", any({R"("")", R"("plain")", R"("\" \\ \n \u00e9")", "null", "[]", "7",
                            R"([{"type":"text","text":"part"}])", R"([ {"text":"a"} , {"type":"image_url"} ])"})));
      if (random_() % 5 == 0) members.push_back(member("x", R"({"role":"system"})"));
      std::shuffle(members.begin(), members.end(), random_);
      out.push_back(list(members, "{", "}"));
    }
    return out;
  }

  std::string format() {
    return any({R"({"type":"text"})", R"({"type":"json_object"})", "null", "3", R"({"type":"json_schema"})",
                R"({ "type":"json_schema" , "json_schema":{"name":"n","schema":{ "a" : "\\\" \u0022 {" } } })",
                R"({"json_schema":{"schema":{}},"type":"json_schema"})"});
  }

  ParameterRule rule() {
    ParameterRule rule;
    rule.supported = random_() % 3 != 0;
    if (random_() % 2 == 0) rule.min = std::uniform_real_distribution<>(-2, 2)(random_);
    if (random_() % 2 == 0) rule.max = std::uniform_real_distribution<>(-1, 12)(random_);
    if (random_() % 2 == 0) rule.max_items = random_() % 3;
    return rule;
  }

  using Parameters = std::vector<std::pair<std::string, std::vector<std::string>>>;
  const std::vector<std::string> numbers_{"0", "1", "-1.5", "0.70", "2", "1e3", "null", "\"x\"", "1e999", "9"};
  const Parameters parameters_{{"temperature", numbers_},
                               {"top_p", numbers_},
                               {"seed", numbers_},
                               {"n", {"1", "1", "1", "2", "null"}},
                               {"max_tokens", numbers_},
                               {"max_completion_tokens", numbers_},
                               {"stop", {"null", "\"a\"", "[]", R"([ "a" ])", R"(["a" , "b" ,"c"])"}},
                               {"reasoning_effort", {"\"high\"", "\"none\""}},
                               {"parallel_tool_calls", {"true", "false"}},
                               {"logprobs", {"true", "false"}},
                               {"top_logprobs", {"2"}},
                               {"user", {R"("u")"}},
                               {"x", {"1.0", R"({"temperature":9,"messages":[]})"}}};
  std::mt19937 random_;
};

struct Case {
  std::string body;
  ModelLimits limits;
};

core::Result<Adapted> adapted(const Case& given) {
  JsonReader reader;
  const Padded padded(given.body);
  const auto document = reader.read(padded.text());
  EXPECT_TRUE(document) << given.body;
  return adapt(*document, padded.text(), Surface::chat_completions, given.limits);
}

bool is_readable(const std::string& body) {
  JsonReader reader;
  const Padded padded(body);
  return reader.read(padded.text()).has_value();
}

bool is_limit(const std::string& name) { return name == "max_tokens" || name == "max_completion_tokens"; }

// What is not named stays, and what is gone was named.
void expect_only_named_changes(const json& before, const json& after, const std::set<std::string>& named) {
  for (const auto& [name, value] : before.items()) {
    if (!named.contains(name)) {
      EXPECT_TRUE(after.contains(name) && after[name] == value) << name;
    }
  }
  for (const auto& [name, value] : after.items()) {
    EXPECT_TRUE(before.contains(name) || is_limit(name)) << name;
  }
}

// Names that nothing in the rules of `limits` speaks for are not there any more.
void expect_within(const json& request, const ModelLimits& limits) {
  for (const auto& [name, rule] : limits.parameters) {
    EXPECT_TRUE(rule.supported || !request.contains(name)) << name;
    if (!request.contains(name)) continue;
    const auto& value = request[name];
    if (rule.max_items && value.is_array()) {
      EXPECT_LE(value.size(), *rule.max_items) << name;
    }
    const bool sound = !rule.min || !rule.max || *rule.min <= *rule.max;
    if (!value.is_number() || !sound) continue;
    if (rule.max && name != "n") {
      EXPECT_LE(value.get<double>(), *rule.max) << name;
    }
    if (rule.min && name != "n" && !is_limit(name)) {
      EXPECT_GE(value.get<double>(), *rule.min) << name;
    }
  }
  for (const char* name : {"max_tokens", "max_completion_tokens"})
    if (limits.max_output && request.contains(name) && request[name].is_number()) {
      EXPECT_LE(request[name].get<double>(), static_cast<double>(*limits.max_output)) << name;
    }
  if (limits.lacking.has(Feature::reasoning)) {
    EXPECT_FALSE(request.contains("reasoning_effort"));
  }
  if (limits.lacking.has(Feature::parallel_tools)) {
    EXPECT_FALSE(request.contains("parallel_tool_calls"));
  }
  if (!limits.lacking.has(Feature::system)) return;
  for (const auto& message : request["messages"]) {
    EXPECT_TRUE(message["role"] != "system" && message["role"] != "developer");
  }
}

// nlohmann's reader refuses numbers that no double holds.
json parsed(std::string text) {
  for (auto at = text.find("1e999"); at != std::string::npos; at = text.find("1e999")) text.replace(at, 5, "1e300");
  return json::parse(text);
}

void expect_sound(const Case& given, const Adapted& result) {
  ASSERT_EQ(result.body.empty(), result.changed.empty());
  const std::set<std::string> named(result.changed.begin(), result.changed.end());
  EXPECT_EQ(named.size(), result.changed.size());
  const auto& body = result.body.empty() ? given.body : result.body;
  const auto after = parsed(body);
  expect_only_named_changes(parsed(given.body), after, named);
  expect_within(after, given.limits);
  EXPECT_LE(body.size(), 3 * given.body.size() + 300);
  const auto again = adapted({body, given.limits});
  ASSERT_TRUE(again) << again.error().message() << "\nafter " << body;
  EXPECT_EQ(again->body, "");
}

// Once the system's texts have moved, if they must.
bool ends_with_assistant(const json& request, const ModelLimits& limits) {
  json last;
  for (const auto& message : request["messages"]) {
    const bool moves = message["role"] == "system" || message["role"] == "developer";
    if (!moves || !limits.lacking.has(Feature::system)) last = message["role"];
  }
  return last == "assistant";
}

}  // namespace

TEST(Adaptation, IsSoundForAnyRequestAndAnyLimits) {
  Writer writer(20261122);
  int changed = 0, refused = 0;
  for (int i = 0; i < 20'000 && !testing::Test::HasFailure(); ++i) {
    const Case given{writer.body(), writer.limits()};
    if (!is_readable(given.body)) continue;  // the same name twice
    const auto result = adapted(given);
    if (result) {
      expect_sound(given, *result);
      if (testing::Test::HasFailure()) ADD_FAILURE() << given.body << "\n" << result->body;
      changed += result->changed.empty() ? 0 : 1;
    } else {
      const auto request = parsed(given.body);
      const bool choices = result.error().param() == "n" && request["n"] == 2;
      const bool prefill = result.error().param() == "messages" && ends_with_assistant(request, given.limits);
      EXPECT_TRUE(choices || prefill) << given.body;
      ++refused;
    }
  }
  EXPECT_GT(changed, 10'000);
  EXPECT_GT(refused, 100);
}

TEST(Adaptation, ChangesNothingWhereNoLimitSpeaks) {
  Writer writer(7);
  for (int i = 0; i < 2000; ++i) {
    const Case given{writer.body(), {}};
    const auto result = adapted(given);
    ASSERT_TRUE(result) << given.body;
    ASSERT_EQ(result->body, "") << given.body;
  }
}

}  // namespace headgate::wire::openai
