#include "headgate/wire/json_schema.hpp"

#include <gtest/gtest.h>

#include <ctime>

#include "support.hpp"

namespace headgate::wire {
namespace {

Fit judged(std::string_view schema, std::string_view value) {
  JsonReader of_schema, of_value;
  const Padded padded_schema(schema), padded_value(value);
  return fit(of_schema.read(padded_schema.text()).value(), of_value.read_lenient(padded_value.text()).value());
}

constexpr std::string_view city =
    R"({"$schema":"https://json-schema.org/draft/2020-12/schema","title":"City","type":"object",
        "properties":{"name":{"type":"string","minLength":2,"maxLength":4},"people":{"type":["integer","null"],"minimum":0},
                      "kind":{"enum":["town","city",null,1]}},
        "required":["name","people"],"additionalProperties":false})";

}  // namespace

TEST(JsonSchema, TakesWhatItAsksFor) {
  EXPECT_EQ(judged(city, R"({"name":"Graz","people":302000})"), Fit::fits);
  EXPECT_EQ(judged(city, R"({"people":null,"kind":"town","name":"Łódź"})"), Fit::fits) << "characters, not bytes";
  EXPECT_EQ(judged(city, R"({"n\u0061me":"Graz","people":3e5,"kind":1.0})"), Fit::fits);
}

TEST(JsonSchema, RefusesWhatItDoesNot) {
  for (const auto* value :
       {R"([])", R"({"name":"Graz"})", R"({"name":"Graz","people":1.5})", R"({"name":"G","people":1})",
        R"({"name":"Vienna","people":1})", R"({"name":"Graz","people":-1})",
        R"({"name":"Graz","people":1,"kind":"hamlet"})", R"({"name":"Graz","people":1,"more":1})",
        R"({"name":null,"people":1})", R"({"name":"Graz","people":"1"})"})
    EXPECT_EQ(judged(city, value), Fit::breaks) << value;
}

TEST(JsonSchema, FollowsReferencesInsideItself) {
  constexpr std::string_view tree =
      R"({"$ref":"#/$defs/a~1node","$defs":{"a/node":{"type":"object","required":["children"],
          "properties":{"children":{"type":"array","items":{"$ref":"#/$defs/a~1node"}}}}}})";
  EXPECT_EQ(judged(tree, R"({"children":[{"children":[]},{"children":[{"children":[]}]}]})"), Fit::fits);
  EXPECT_EQ(judged(tree, R"({"children":[{"children":[]},{"children":[{"childs":[]}]}]})"), Fit::breaks);
  EXPECT_EQ(judged(R"({"type":"array","items":{"anyOf":[{"$ref":"#"},{"type":"null"}]}})", "[[],[null,[]]]"),
            Fit::fits);
}

TEST(JsonSchema, LeavesOpenWhatItDoesNotJudge) {
  for (const auto* schema :
       {R"({"pattern":"^(a+)+$"})", R"({"format":"date"})", R"({"$ref":"http://example.org/a"})",
        R"({"$ref":"#/$defs/missing"})", R"({"$ref":"#name"})", R"({"$ref":"other.json"})", R"({"type":"text"})",
        R"({"type":7})", R"({"multipleOf":2})", R"({"minimum":"1"})", R"({"if":{},"then":false})", R"({"anyOf":[]})",
        R"({"enum":7})", R"({"type":"string","nullable":true})", R"("string")", R"(7)"})
    EXPECT_EQ(judged(schema, "null"), Fit::unknown) << schema;
}

TEST(JsonSchema, WhatIsOpenDecidesNothingByBeingTurnedRound) {
  EXPECT_EQ(judged(R"({"not":{"pattern":"a"}})", R"("a")"), Fit::unknown);
  EXPECT_EQ(judged(R"({"oneOf":[{"type":"string"},{"pattern":"a"}]})", R"("a")"), Fit::unknown);
  EXPECT_EQ(judged(R"({"anyOf":[{"type":"number"},{"pattern":"a"}]})", R"("a")"), Fit::unknown);
  EXPECT_EQ(judged(R"({"anyOf":[{"type":"string"},{"pattern":"a"}]})", R"("a")"), Fit::fits);
  EXPECT_EQ(judged(R"({"allOf":[{"type":"number"},{"pattern":"a"}]})", R"("a")"), Fit::breaks);
  EXPECT_EQ(judged(R"({"oneOf":[{},{},{"pattern":"a"}]})", "1"), Fit::breaks);
  EXPECT_EQ(judged(R"({"additionalProperties":false,"patternProperties":{"a":{}}})", R"({"b":1})"), Fit::unknown);
}

TEST(JsonSchema, BoundsMeanOnlyWhatTheyBound) {
  EXPECT_EQ(judged(R"({"minLength":3,"minItems":3,"minimum":3,"minProperties":3,"exclusiveMaximum":3})", "true"),
            Fit::fits);
  EXPECT_EQ(judged(R"({"exclusiveMinimum":3})", "3"), Fit::breaks);
  EXPECT_EQ(judged(R"({"exclusiveMaximum":3})", "2.9"), Fit::fits);
  EXPECT_EQ(judged(R"({"maxItems":1})", "[1,2]"), Fit::breaks);
  EXPECT_EQ(judged(R"({"maxProperties":1})", R"({"a":1,"b":2})"), Fit::breaks);
  EXPECT_EQ(judged("false", "1"), Fit::breaks);
  EXPECT_EQ(judged("true", "1"), Fit::fits);
}

namespace {

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all.append(i == 0 ? "" : ",").append(text);
  return all;
}

std::string many_names(int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all.append(i == 0 ? "\"x" : ",\"x").append(std::to_string(i)).append("\":1");
  return all;
}

std::string nested(int levels) {
  std::string text = "1";
  for (int i = 0; i < levels; ++i) text = R"({"next":)" + text + "}";
  return text;
}

double seconds_for(std::string_view schema, std::string_view value) {
  timespec before{}, after{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
  (void)judged(schema, value);
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
  return static_cast<double>(after.tv_sec - before.tv_sec) + 1e-9 * static_cast<double>(after.tv_nsec - before.tv_nsec);
}

}  // namespace

// Whoever sends a schema may also say what is answered.
TEST(JsonSchema, TakesLittleTimeWhateverItSays) {
  const std::string ones = "[" + repeated("1", 100'000) + "]", long_text(60'000, 'a');
  const auto repeated_list = [](const std::string& item, int count) { return "[" + repeated(item, count) + "]"; };
  const std::pair<std::string, std::string> cases[] = {
      {R"({"$ref":"#"})", "1"},
      {R"({"allOf":[{"$ref":"#"},{"$ref":"#"}]})", "1"},
      {R"({"oneOf":[{"properties":{"next":{"$ref":"#"}}},{"properties":{"next":{"$ref":"#"}}}]})", nested(60)},
      {R"({"items":{"anyOf":[)" + repeated(R"({"type":"string"})", 3000) + R"(,{"type":"integer"}]}})", ones},
      {R"({"items":{"additionalProperties":false,)" + many_names(3000) + "}}", "[" + repeated("{}", 60'000) + "]"},
      {R"({"items":{"anyOf":[{"additionalProperties":false,)" + many_names(3000) + "},{}]}}",
       "[" + repeated(R"({"a":1})", 30'000) + "]"},
      {R"({"items":{"not":{"enum":[)" + repeated("\"" + long_text + "b\"", 1) + "]}}}",
       "[" + repeated("\"" + long_text + "c\"", 4) + "," + repeated("1", 100'000) + "]"},
      {R"({"items":{"\u0061)" + long_text + R"(":1}})", ones},
      {R"({"items":{"required":["\u0061)" + long_text + R"("]}})", R"([{"\u0061)" + long_text + R"(":1},{}])"},
      {R"({"items":{"minimum":)" + std::string(60'000, '1') + "}}", ones},
      {R"({"properties":{)" + many_names(3000) + "}}", "{" + many_names(20'000) + "}"},
      {R"({"items":{"anyOf":)" + repeated_list("1", 20'000) + "}}", "[" + repeated("[0]", 50'000) + "]"},
      {R"({"items":{"enum":)" + repeated_list("[0]", 4000) + "}}", "[" + repeated("[0]", 50'000) + "]"},
      {R"({"items":{"required":)" + repeated_list(R"("a")", 12'000) + "}}", "[" + repeated("{}", 50'000) + "]"},
      {R"({"$defs":{"x":{"anyOf":)" + repeated_list("1", 26'000) + R"(},"y":{"anyOf":)" +
           repeated_list(R"({"$ref":"#/$defs/x"})", 100) + R"(}},"anyOf":)" +
           repeated_list(R"({"$ref":"#/$defs/y"})", 200) + "}",
       "{}"},
      {R"({"items":{"$ref":"#)" + std::string(60'000, '/') + R"("}})", ones},
  };
  for (const auto& [schema, value] : cases)
    EXPECT_LT(seconds_for(schema, value), 0.1) << schema.substr(0, 80) << ": minutes, when nothing bounds it";
}

}  // namespace headgate::wire
