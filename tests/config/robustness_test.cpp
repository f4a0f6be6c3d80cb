// Whatever is in the text, loading ends and says something.
#include "headgate/config/schema.hpp"
#include "support.hpp"

namespace headgate::config {

TEST(Robustness, EveryPrefixOfAFileIsAnswered) {
  const auto text = read_source("config/examples/full.yaml");
  for (std::size_t length = 0; length < text.size(); length += 7) {
    const auto result = load_plain(text.substr(0, length));
    EXPECT_TRUE(result.settings || has_errors(result.diagnostics)) << length;
  }
}

TEST(Robustness, EveryLineMayBeMissing) {
  const auto text = read_source("config/examples/full.yaml");
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at) + 1;
    const auto result = load_plain(text.substr(0, at) + text.substr(end));
    EXPECT_TRUE(result.settings || has_errors(result.diagnostics));
    at = end;
  }
}

TEST(Robustness, FloodOfErrorsIsBounded) {
  std::string text = lab;
  for (int i = 0; i < 20'000; ++i) text += "k" + std::to_string(i) + ": 1\n";
  const auto result = load_plain(text);
  EXPECT_EQ(result.diagnostics.size(), 100u);
}

TEST(Robustness, WarningsDoNotHideTheError) {
  std::string text = "providers:\n";
  for (int i = 0; i < 200; ++i)
    text += "  p" + std::to_string(i) + ": {type: openai_compatible, base_url: http://h, latency: 1s}\n";
  const auto result = load_plain(text + "models: {m: {provider: nobody}}\n");
  EXPECT_FALSE(result.settings);
  EXPECT_TRUE(has_errors(result.diagnostics));
}

TEST(Robustness, EmptyEnvironmentIsEnough) {
  EXPECT_TRUE(load(lab, "x", Environment{}).settings);
  EXPECT_FALSE(load_file("x", Environment{}).settings);
  EXPECT_FALSE(load(lab + "server: {tls: {cert: a, key: b}}\n", "x", Environment{}).settings);
}

}  // namespace headgate::config
