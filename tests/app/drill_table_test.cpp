#include "drill_table.hpp"

#include <gmock/gmock.h>

namespace headgate::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::ordered_json;

Json check(const char* pool, const char* provider, const char* result) {
  return {{"provider", provider}, {"pool", pool},     {"capability", nullptr},         {"result", result},
          {"model", "b"},         {"took_ms", 12},    {"provider_answered", "second"}, {"cost_usd", 0.000002},
          {"request_id", "r"},    {"detail", nullptr}};
}

Json report() {
  return {{"mode", "shadow"},
          {"passed", true},
          {"checks", {check("zeta", "first", "passed"), check("alpha", "first", "passed")}}};
}

}  // namespace

TEST(DrillTable, HasALineForEachCheckByPool) {
  const auto table = drill_table(report());
  EXPECT_LT(table.find("alpha"), table.find("zeta"));
  EXPECT_THAT(table, HasSubstr("b at second  12 ms  $0.000002"));
  EXPECT_THAT(table, HasSubstr("passed: 2 of 2 checks passed, mode shadow"));
}

TEST(DrillTable, TellsWhyACheckFailedAndLeavesOutWhatIsNotKnown) {
  auto with_failure = report();
  with_failure["passed"] = false;
  auto& one = with_failure["checks"][0];
  one["result"] = "nobody_else";
  one["model"] = one["cost_usd"] = nullptr;
  one["detail"] = "nobody else can answer\x1b[2J";
  const auto table = drill_table(with_failure);
  EXPECT_THAT(table, HasSubstr("zeta without first: nobody else can answer"));
  EXPECT_THAT(table, Not(HasSubstr("\x1b")));
  EXPECT_THAT(table, HasSubstr("failed: 1 of 2 checks passed"));
}

TEST(DrillTable, CountsTheRequestsOfALiveDrill) {
  auto live = report();
  live["mode"] = "live";
  live["tagged"] = {{{"provider", "first"}, {"requests", 7}, {"failed", 1}}};
  EXPECT_THAT(drill_table(live), HasSubstr("tagged requests without first: 7, of which 1 failed"));
}

}  // namespace headgate::app
