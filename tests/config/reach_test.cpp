// When one rule takes all that another would.
#include "reach.hpp"

#include "support.hpp"

namespace headgate::config {
namespace {

// The conditions of one rule, as the file says them.
routing::When when(const std::string& conditions) {
  World world;
  world.time_zones = {"Europe/Berlin"};
  static const std::string zones =
      "access: {zones: {a: {networks: [10.0.0.0/8]}, b: {networks: [11.0.0.0/8]}, z: {networks: [12.0.0.0/8]}}}\n";
  const auto result = load_in(world, lab + zones + "rules: [{when: {" + conditions + "}, use: {}}]\n");
  EXPECT_TRUE(result.settings) << conditions << "\n" << to_text(result.diagnostics);
  return result.settings ? result.settings->routing.rules.at(0).when : routing::When{};
}

bool covers(const std::string& earlier, const std::string& later) {
  const auto first = when(earlier), second = when(later);
  return Reach(first).covers(Reach(second));
}

// The first takes more than the second.
void expect_wider(const std::string& wide, const std::string& narrow) {
  EXPECT_TRUE(covers(wide, narrow)) << wide << " does not cover " << narrow;
  EXPECT_FALSE(covers(narrow, wide)) << narrow << " covers " << wide;
  EXPECT_TRUE(covers(wide, wide)) << wide;
}

}  // namespace

TEST(Reach, OfNoConditionIsEverything) {
  for (const char* narrow : {"tenant: a", "zone: z", "model: small", "capability: code", "stream: false", "tools: true",
                             "input_tokens: {min: 1}", "input_tokens: {max: 1}", "header.X: a", "time: {to: 08:00}"})
    expect_wider("", narrow);
}

TEST(Reach, OfListsIsEachEntry) {
  expect_wider("tenant: [b, a]", "tenant: a");
  expect_wider("zone: [b, a]", "zone: b");
  expect_wider("capability: [code, chat]", "capability: chat");
  EXPECT_FALSE(covers("tenant: [a, b]", "tenant: [b, c]"));
}

TEST(Reach, OfAPatternIsItsBeginning) {
  expect_wider("model: \"s*\"", "model: small");
  expect_wider("model: \"s*\"", "model: \"sm*\"");
  expect_wider("model: [auto, small]", "model: small");
  EXPECT_FALSE(covers("model: small", "model: \"small*\""));
}

TEST(Reach, OfWordsIsTheSameWord) {
  EXPECT_FALSE(covers("stream: true", "stream: false"));
  EXPECT_FALSE(covers("tools: false", "tools: true"));
}

TEST(Reach, OfTokensIsTheRange) {
  expect_wider("input_tokens: {min: 5}", "input_tokens: {min: 6, max: 9}");
  expect_wider("input_tokens: {max: 5}", "input_tokens: {max: 4}");
  EXPECT_FALSE(covers("input_tokens: {max: 5}", "input_tokens: {min: 3}"));
}

TEST(Reach, OfHeadersIsEachOfThem) {
  expect_wider("header.X: [a, b]", "header.x: a");
  expect_wider("header.X: \"*\"", "header.X: a");
  expect_wider("header.X: a", "header.X: a, header.Y: b");
  EXPECT_FALSE(covers("header.X: a", "header.Y: a"));
}

TEST(Reach, OfHoursIsEachMinuteOfTheWeek) {
  expect_wider("time: {from: 08:00, to: 18:00}", "time: {from: 09:00, to: 17:00}");
  expect_wider("time: {from: 08:00, to: 18:00}", "time: {days: [mon], from: 08:00, to: 18:00}");
  expect_wider("time: {from: 20:00, to: 08:00}", "time: {days: [sun], from: 22:00, to: 06:00}");
  expect_wider("time: {days: [sun], from: 22:00, to: 06:00}", "time: {days: [sun], from: 23:00}");
  expect_wider("time: {days: [sun, mon]}", "time: {days: [sun], from: 22:00, to: 06:00}");
  EXPECT_FALSE(covers("time: {days: [sun]}", "time: {days: [sun], from: 22:00, to: 06:00}"));
  EXPECT_FALSE(covers("time: {to: 18:00}", "time: {to: 17:00, zone: Europe/Berlin}"));
  EXPECT_TRUE(covers("time: {days: [mon, tue, wed, thu, fri, sat, sun]}", "time: {to: 17:00, zone: Europe/Berlin}"));
}

TEST(Reach, NeedsEveryConditionToBeWider) {
  EXPECT_TRUE(covers("tenant: [a, b], stream: true", "tenant: a, stream: true, tools: true"));
  EXPECT_FALSE(covers("tenant: [a, b], stream: true", "tenant: a, tools: true"));
}

}  // namespace headgate::config
