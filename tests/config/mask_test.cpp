// Lines of the file are shown; credentials in them are not.
#include "support.hpp"

namespace headgate::config {
namespace {

// The line is shown because `bad` in front of it is no key.
std::string shown(const std::string& rest) {
  const auto result = load_plain("x: {bad: 1, " + rest + "}\n");
  EXPECT_FALSE(result.diagnostics.empty());
  return to_text(result.diagnostics);
}

}  // namespace

TEST(Mask, HidesValuesOfCredentialKeys) {
  for (const char* line : {"key: topvalue", "key: \"topvalue, x\"", "api_key: topvalue", "'x-api-key': 'topvalue'",
                           "access_token: topvalue", "password: topvalue", "Authorization: Bearer topvalue",
                           "client_secret:   topvalue", "credentials: topvalue"}) {
    const auto text = shown(line);
    EXPECT_EQ(text.find("topvalue"), std::string::npos) << text;
    EXPECT_NE(text.find("********"), std::string::npos) << text;
  }
}

TEST(Mask, HidesThingsThatLookLikeKeysAnywhere) {
  for (const char* line : {"name: sk-proj-abcdefghijklmnop", "name: hg_abcdefghijklmnop", "sk-abcdefghijklmnop: 1",
                           "url: postgres://user:topvalue@host/db"}) {
    const auto text = shown(line);
    EXPECT_EQ(text.find("abcdefghij"), std::string::npos) << text;
    EXPECT_EQ(text.find("topvalue"), std::string::npos) << text;
  }
}

TEST(Mask, LeavesReferencesAndOtherWordsAlone) {
  for (const char* line : {"key: env:OPENAI_API_KEY", "key: file:/run/key", "key: secret:openai", "key: none",
                           "tokens: 24", "key: key.pem", "token_interval: 10ms", "credentials: file:/sa.json"}) {
    const auto text = shown(line);
    EXPECT_EQ(text.find("********"), std::string::npos) << text;
    EXPECT_NE(text.find(line), std::string::npos) << text;
  }
}

TEST(Mask, CoversSyntaxErrorsToo) {
  const auto text = to_text(load_plain("providers:\n  lab: {key: topvalue]\n").diagnostics);
  EXPECT_NE(text.find("HG-1001"), std::string::npos);
  EXPECT_EQ(text.find("topvalue"), std::string::npos) << text;
}

}  // namespace headgate::config
