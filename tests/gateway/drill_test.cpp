// What is made of the answer to a check.
#include "headgate/gateway/drill.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

namespace headgate::gateway {
namespace {

using core::milliseconds;
using testing::HasSubstr;

DrillCheck check() {
  DrillCheck check;
  check.provider = "first";
  check.pool = "default";
  check.within = milliseconds(1'000);
  return check;
}

AttemptRecord attempt(std::string model, std::string provider, std::string outcome) {
  AttemptRecord attempt;
  attempt.model = std::move(model);
  attempt.provider = std::move(provider);
  attempt.outcome = std::move(outcome);
  attempt.first_byte = milliseconds(200);
  attempt.cost = core::Money::picodollars(5);
  return attempt;
}

RequestRecord answered() {
  RequestRecord record;
  record.id = "req_1";
  record.pool = "default";
  record.status = 200;
  record.total = milliseconds(300);
  record.attempts = {attempt("b", "second", "ok")};
  record.exclude("a", "drill");
  return record;
}

RequestRecord refused(std::string outcome, int status) {
  auto record = answered();
  record.attempts.clear();
  record.outcome = std::move(outcome);
  record.status = status;
  return record;
}

DrillReport report_of(std::initializer_list<RequestRecord> records) {
  DrillReport report;
  for (const auto& record : records) report.checks.push_back(judge(check(), record));
  return report;
}

}  // namespace

TEST(Verdict, IsPassedWhenSomebodyElseAnswersInTime) {
  const auto report = judge(check(), answered());
  EXPECT_EQ(report.verdict, Verdict::passed);
  EXPECT_EQ(report.model, "b");
  EXPECT_EQ(report.provider_answered, "second");
  EXPECT_EQ(report.took, milliseconds(300));
  EXPECT_EQ(report.cost, core::Money::picodollars(5));
  EXPECT_EQ(report.detail, "");
}

TEST(Verdict, IsPassedWhenAFailoverHelped) {
  auto record = answered();
  record.attempts = {attempt("b", "second", "upstream_error"), attempt("c", "third", "ok")};
  const auto report = judge(check(), record);
  EXPECT_EQ(report.verdict, Verdict::passed);
  EXPECT_EQ(report.model, "c");
}

TEST(Verdict, IsNeverPassedByTheProviderThatIsDoneWithout) {
  auto record = answered();
  record.attempts = {attempt("a", "first", "ok")};
  EXPECT_EQ(judge(check(), record).verdict, Verdict::failed);
}

TEST(Verdict, SaysWhenNobodyElseCanAnswer) {
  const auto report = judge(check(), refused("no_healthy_upstream", 503));
  EXPECT_EQ(report.verdict, Verdict::nobody_else);
  EXPECT_EQ(report.detail, "nobody else can answer");
  EXPECT_EQ(report.model, "");
}

TEST(Verdict, SaysWhatKeepsTheOthersOut) {
  auto record = refused("no_healthy_upstream", 503);
  record.exclude("b", "target_breaker");
  const auto report = judge(check(), record);
  EXPECT_EQ(report.verdict, Verdict::nobody_else);
  EXPECT_THAT(report.detail, HasSubstr("`b`: target_breaker"));
}

TEST(Verdict, IsFailedWhenThoseWhoWereAskedFailed) {
  auto record = refused("upstream_error", 502);
  record.attempts = {attempt("b", "second", "upstream_error")};
  const auto report = judge(check(), record);
  EXPECT_EQ(report.verdict, Verdict::failed);
  EXPECT_THAT(report.detail, HasSubstr("`b` at `second`: upstream_error"));
}

TEST(Verdict, IsFailedWhenThePoolIsNoLongerThere) {
  auto record = refused("model_not_found", 404);
  record.excluded.clear();
  const auto report = judge(check(), record);
  EXPECT_EQ(report.verdict, Verdict::failed);
  EXPECT_EQ(report.detail, "model_not_found");
}

TEST(Verdict, IsTooLateBeyondTheTimeForTheWholeAnswer) {
  auto record = answered();
  record.total = milliseconds(1'000);
  EXPECT_EQ(judge(check(), record).verdict, Verdict::passed);
  record.total = milliseconds(1'001);
  EXPECT_EQ(judge(check(), record).verdict, Verdict::too_late);
}

TEST(Verdict, IsTooLateBeyondTheTimeForTheFirstToken) {
  auto strict = check();
  strict.first_token_within = milliseconds(200);
  EXPECT_EQ(judge(strict, answered()).verdict, Verdict::passed);
  strict.first_token_within = milliseconds(199);
  EXPECT_EQ(judge(strict, answered()).verdict, Verdict::too_late);
}

TEST(Verdict, IsTooLateWhenTheDeadlineCutTheAnswerOff) {
  auto record = refused("upstream_timeout", 504);
  record.attempts = {attempt("b", "second", "upstream_timeout")};
  EXPECT_EQ(judge(check(), record).verdict, Verdict::too_late);
}

TEST(DrillReport, PassesWhenAllChecksDo) {
  EXPECT_TRUE(report_of({answered(), answered()}).passed());
  EXPECT_FALSE(report_of({answered(), refused("no_healthy_upstream", 503)}).passed());
}

TEST(DrillReport, ShowsNothingWhenNothingWasAsked) { EXPECT_FALSE(DrillReport().passed()); }

TEST(DrillReport, FailsWithTheRequestsOfClients) {
  auto report = report_of({answered()});
  report.live = true;
  report.tagged = {{"first", 10, 0}};
  EXPECT_TRUE(report.passed());
  report.tagged[0].failed = 1;
  EXPECT_FALSE(report.passed());
}

TEST(DrillReport, SaysUnknownWhereNothingIsKnown) {
  auto free_of_charge = answered();
  free_of_charge.attempts[0].cost.reset();
  auto report = report_of({free_of_charge, refused("no_healthy_upstream", 503)});
  report.started = core::WallTime(std::chrono::seconds(1'700'000'000));
  report.finished = report.started + std::chrono::seconds(2);
  const auto json = nlohmann::json::parse(describe(report));
  EXPECT_EQ(json["started"], "2023-11-14T22:13:20Z");
  EXPECT_EQ(json["finished"], "2023-11-14T22:13:22Z");
  EXPECT_EQ(json["passed"], false);
  EXPECT_EQ(json["mode"], "shadow");
  EXPECT_TRUE(json["checks"][0]["cost_usd"].is_null());
  EXPECT_EQ(json["checks"][0]["result"], "passed");
  EXPECT_EQ(json["checks"][1]["result"], "nobody_else");
  EXPECT_TRUE(json["checks"][1]["model"].is_null());
  EXPECT_FALSE(json.contains("tagged"));
}

}  // namespace headgate::gateway
