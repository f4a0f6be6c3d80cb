#include "headgate/providers/vendor.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "headgate/wire/url.hpp"

namespace headgate::providers {

TEST(Vendors, AreNamedOnce) {
  std::set<std::string_view> names;
  for (const auto& vendor : vendors()) EXPECT_TRUE(names.insert(vendor.name).second) << vendor.name;
}

TEST(Vendors, AreFoundByTheirType) {
  for (const auto& vendor : vendors()) EXPECT_EQ(find_vendor(vendor.name), &vendor);
  EXPECT_EQ(find_vendor("opnai"), nullptr);
  EXPECT_EQ(find_vendor(""), nullptr);
  EXPECT_EQ(find_vendor("OpenAI"), nullptr);
}

TEST(Vendors, HaveATlsAddressUnlessTheyRunOnThisMachine) {
  for (const auto& vendor : vendors()) {
    if (vendor.base_url.empty()) continue;
    SCOPED_TRACE(vendor.name);
    const auto url = wire::parse_url(vendor.base_url);
    ASSERT_TRUE(url);
    EXPECT_EQ(url->tls, url->host != "127.0.0.1");
    EXPECT_FALSE(vendor.base_url.ends_with('/'));
  }
}

TEST(Vendors, NeedAKeyExactlyWhereOneIsLookedFor) {
  std::set<std::string_view> variables;
  for (const auto& vendor : vendors()) {
    EXPECT_EQ(vendor.key_required, !vendor.key_env.empty()) << vendor.name;
    if (vendor.key_required) {
      EXPECT_TRUE(variables.insert(vendor.key_env).second) << vendor.key_env;
    }
  }
}

TEST(Vendors, WithoutAnAddressAreThoseWhereEveryAccountHasItsOwn) {
  std::set<std::string_view> without;
  for (const auto& vendor : vendors())
    if (vendor.base_url.empty()) without.insert(vendor.name);
  EXPECT_EQ(without, (std::set<std::string_view>{"azure", "bedrock", "openai_compatible", "simulated", "vertex",
                                                 "vertex_anthropic"}));
}

TEST(Vendors, OfManyPlacesHaveATlsAddressInEach) {
  const auto in = [](std::string_view type, std::string_view place) {
    return find_vendor(type)->places->base_url(place);
  };
  EXPECT_EQ(in("bedrock", "eu-central-1"), "https://bedrock-runtime.eu-central-1.amazonaws.com");
  EXPECT_EQ(in("vertex", "europe-west1"), "https://europe-west1-aiplatform.googleapis.com/v1");
  EXPECT_EQ(in("vertex", "global"), "https://aiplatform.googleapis.com/v1");
  EXPECT_EQ(in("vertex_anthropic", "eu"), "https://aiplatform.eu.rep.googleapis.com/v1");
  for (const auto& vendor : vendors()) {
    if (vendor.places == nullptr) continue;
    const auto url = wire::parse_url(vendor.places->base_url("a-1"));
    ASSERT_TRUE(url) << vendor.name;
    EXPECT_TRUE(url->tls && vendor.base_url.empty()) << vendor.name;
  }
}

TEST(Vendors, TakeNoStreamOptionsWhereTheirSchemaHasNone) {
  for (const auto& vendor : vendors())
    EXPECT_EQ(vendor.takes_stream_options, vendor.name != "mistral" && vendor.name != "together") << vendor.name;
}

TEST(Vendors, GoOnWithAnAnswerAsTheirGuidesSay) {
  using Mark = wire::openai::Prefill::Mark;
  const std::map<std::string_view, Mark> marked{
      {"deepseek", Mark::prefix}, {"mistral", Mark::prefix}, {"qwen", Mark::partial}, {"vllm", Mark::final_message}};
  for (const auto& vendor : vendors()) {
    const auto known = marked.find(vendor.name);
    EXPECT_EQ(vendor.prefill.mark, known == marked.end() ? Mark::none : known->second) << vendor.name;
    EXPECT_EQ(vendor.prefill.repeats, vendor.name == "mistral") << vendor.name;
    EXPECT_EQ(vendor.prefill_path, vendor.name == "deepseek" ? "/beta" : "") << vendor.name;
  }
}

}  // namespace headgate::providers
