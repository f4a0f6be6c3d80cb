#include "headgate/wire/openai_hints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using core::Money;
using testing::ElementsAre;

core::Result<Hints> read(const std::string& provider) {
  JsonReader json;
  const Padded padded(R"({"provider":)" + provider + "}");
  const auto document = json.read(padded.text());
  EXPECT_TRUE(document) << provider;
  return read_hints(*document);
}

Hints accepted(const std::string& provider) {
  auto hints = read(provider);
  EXPECT_TRUE(hints) << provider << hints.error().message();
  return hints ? *std::move(hints) : Hints();
}

void expect_wrong(const std::string& provider, const std::string& member) {
  const auto hints = read(provider);
  ASSERT_FALSE(hints) << provider;
  EXPECT_EQ(hints.error().code(), core::Code::invalid_request);
  EXPECT_EQ(hints.error().param(), "provider");
  EXPECT_NE(hints.error().message().find("`provider" + member + "`"), std::string::npos) << hints.error().message();
}

std::string names(std::size_t count, std::size_t length) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "\"" : ",\"") + std::string(length, 'a') + "\"";
  return "[" + list + "]";
}

}  // namespace

TEST(Hints, AreAllRead) {
  const auto hints = accepted(
      R"({"order":["a","b"],"only":["c"],"ignore":["d\u0065"],"sort":"latency","require_parameters":true,)"
      R"("data_collection":"deny","allow_fallbacks":false,"max_price":{"prompt":0.5,"completion":"2","request":0}})");
  EXPECT_THAT(hints.order, ElementsAre("a", "b"));
  EXPECT_THAT(hints.only, ElementsAre("c"));
  EXPECT_THAT(hints.ignore, ElementsAre("de"));
  EXPECT_EQ(hints.sort, Hints::Sort::latency);
  EXPECT_TRUE(hints.require_parameters && hints.deny_data_collection && !hints.allow_fallbacks);
  EXPECT_EQ(hints.max_prompt_price, Money::parse("0.5"));
  EXPECT_EQ(hints.max_completion_price, Money::parse("2"));
}

TEST(Hints, LeaveEverythingOpenWhenAbsent) {
  for (const char* provider :
       {"null", "{}", R"({"zdr":true,"quantizations":["fp8"]})",
        R"({"order":null,"only":null,"ignore":null,"sort":null,"max_price":null,"require_parameters":null,)"
        R"("data_collection":null,"allow_fallbacks":null})",
        R"({"max_price":{"prompt":null}})"}) {
    const auto hints = accepted(provider);
    EXPECT_TRUE(hints.order.empty() && hints.only.empty() && hints.ignore.empty()) << provider;
    EXPECT_FALSE(hints.sort || hints.max_prompt_price || hints.max_completion_price) << provider;
    EXPECT_TRUE(hints.allow_fallbacks && !hints.require_parameters && !hints.deny_data_collection) << provider;
  }
}

TEST(Hints, KnowEverySortAndPolicy) {
  EXPECT_EQ(accepted(R"({"sort":"price"})").sort, Hints::Sort::price);
  EXPECT_EQ(accepted(R"({"sort":"throughput"})").sort, Hints::Sort::throughput);
  EXPECT_FALSE(accepted(R"({"data_collection":"allow"})").deny_data_collection);
}

TEST(Hints, RefuseWhatTheyCannotMean) {
  for (const char* provider : {"1", R"("openai")", "[]", "true"}) expect_wrong(provider, "");
  for (const std::string member : {"order", "only", "ignore"})
    for (const char* value : {R"("openai")", "{}", "[1]", R"([""])", R"([["a"]])", "[null]"})
      expect_wrong("{\"" + member + "\":" + value + "}", "." + member);
  for (const std::string member : {"require_parameters", "allow_fallbacks"})
    for (const char* value : {"1", R"("true")", "[]"}) expect_wrong("{\"" + member + "\":" + value + "}", "." + member);
  for (const char* value : {R"("Price")", R"("")", "1", "{}"})
    expect_wrong("{\"sort\":" + std::string(value) + "}", ".sort");
  for (const char* value : {R"("never")", "true"})
    expect_wrong("{\"data_collection\":" + std::string(value) + "}", ".data_collection");
}

TEST(Hints, RefusePricesThatAreNone) {
  expect_wrong(R"({"max_price":1})", ".max_price");
  for (const std::string member : {"prompt", "completion", "request"})
    for (const char* value : {"-1", "1e300", R"("")", R"("1,5")", "true", "[]", "-1e-3", "1e9999"})
      expect_wrong("{\"max_price\":{\"" + member + "\":" + value + "}}", ".max_price");
}

TEST(Hints, ReadPricesInEveryNotation) {
  const auto price = [](const std::string& number) {
    return accepted("{\"max_price\":{\"prompt\":" + number + "}}").max_prompt_price;
  };
  EXPECT_EQ(price("0"), Money());
  EXPECT_EQ(price("5e-1"), Money::parse("0.5"));
  EXPECT_EQ(price("1.5E1"), Money::dollars(15));
  EXPECT_EQ(price("0.0000000000001"), Money());  // less than Money can tell from nothing
}

TEST(Hints, AreBounded) {
  EXPECT_EQ(accepted("{\"only\":" + names(max_hint_names, max_hint_name) + "}").only.size(), max_hint_names);
  expect_wrong("{\"only\":" + names(max_hint_names + 1, 1) + "}", ".only");
  expect_wrong("{\"ignore\":" + names(1, max_hint_name + 1) + "}", ".ignore");
}

TEST(Hints, AreAnnouncedByTheRequest) {
  const auto announced = [](const std::string& provider) {
    JsonReader json;
    const Padded padded(R"({"model":"m","messages":[{"role":"user"}])" + provider + "}");
    const auto request = read_request(json, Surface::chat_completions, padded.text());
    EXPECT_TRUE(request);
    return request && request->has_provider_hints;
  };
  EXPECT_TRUE(announced(R"(,"provider":{"sort":"price"})"));
  EXPECT_TRUE(announced(R"(,"provider":"openai")"));
  EXPECT_FALSE(announced(R"(,"provider":null)"));
  EXPECT_FALSE(announced(""));
}

}  // namespace headgate::wire::openai
