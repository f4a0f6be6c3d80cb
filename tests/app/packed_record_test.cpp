#include "packed_record.hpp"

#include <gmock/gmock.h>

#include "headgate/gateway/decision.hpp"

namespace headgate::app {
namespace {

using gateway::RequestRecord;

// How many members an aggregate has.
struct Anything {
  template <typename Value>
  operator Value() const;  // NOLINT(google-explicit-constructor)
};
template <typename Record, typename... Members>
consteval std::size_t members_of() {
  if constexpr (requires { Record{Members{}..., Anything{}}; })
    return members_of<Record, Members..., Anything>();
  else
    return sizeof...(Members);
}

RequestRecord full_record() {
  RequestRecord record;
  record.id = "req_1";
  record.trace_id = "trace";
  record.tenant = "tenant";
  record.key_id = "key";
  record.zone = "zone";
  record.route = "route";
  record.asked_model = "asked";
  record.rule = "rule";
  record.pool = "pool";
  record.refusal = "refusal";
  record.objective = "cost";
  record.without_provider = "provider";
  record.tags = {"one", "two"};
  record.needs.add(core::Feature::tools);
  record.input_tokens = 77;
  record.capability = core::Capability::code;
  record.confidence = 0.5f;
  record.difficulty = 0.75f;
  record.stream = record.dry_run = record.rated = true;
  record.fan_out = 3;
  record.received = core::WallTime(std::chrono::seconds(5));
  record.started = core::TimePoint(std::chrono::seconds(6));
  record.total = core::milliseconds(7);
  record.upstream = core::milliseconds(8);
  record.client = core::milliseconds(9);
  record.status = 200;
  record.outcome = "rate_limit_exceeded";
  record.detail = std::string(1000, 'd');
  record.candidates = {{"a", "p", 0.25, core::Money::picodollars(5), {1, 2, 3, 4}, {"temperature"}, 4096},
                       {"b", "q", 0, {}, {}, {}}};
  auto& attempt = record.attempts.emplace_back();
  attempt.provider = "p";
  attempt.model = "a";
  attempt.outcome = "ok";
  attempt.detail = "why";
  attempt.status = 201;
  attempt.first_byte = core::milliseconds(3);
  attempt.total = core::milliseconds(4);
  attempt.usage.input = 5;
  attempt.sent = attempt.usage_estimated = true;
  attempt.continues_after = 9;
  attempt.audio_seconds = 9.5;
  attempt.cost = core::Money::picodollars(6);
  attempt.adapted = {"stop"};
  attempt.impression = {budget::Signal::cut, true, false};
  attempt.passed_fields = "x: y\r\n";
  record.excluded = {{"c", "pause", core::milliseconds(10), {}}};
  record.bytes_in = 11;
  record.bytes_out = 12;
  return record;
}

}  // namespace

TEST(PackedRecord, ListsEveryMember) {
  // A new member belongs into list_members() and into full_record(), and then here.
  EXPECT_EQ(members_of<RequestRecord>(), 36u);  // one of them the prompt, which is not kept
  EXPECT_EQ(members_of<gateway::AttemptRecord>(), 16u);
  EXPECT_EQ(members_of<gateway::CandidateRecord>(), 7u);
  EXPECT_EQ(members_of<gateway::Exclusion>(), 4u);
}

TEST(PackedRecord, GivesBackWhatWentIn) {
  const auto record = full_record();
  std::string packed, again;
  pack(record, packed);
  EXPECT_EQ(id_of_packed(packed), "req_1");
  const auto unpacked = unpack(packed);
  EXPECT_EQ(gateway::describe(unpacked), gateway::describe(record));
  EXPECT_EQ(unpacked.detail, record.detail);
  EXPECT_EQ(unpacked.trace_id, "trace");
  EXPECT_EQ(unpacked.key_id, "key");
  EXPECT_EQ(unpacked.without_provider, "provider");
  EXPECT_TRUE(unpacked.rated);
  EXPECT_EQ(unpacked.attempts[0].detail, "why");
  EXPECT_EQ(unpacked.attempts[0].passed_fields, "x: y\r\n");
  EXPECT_EQ(unpacked.received, record.received);
  EXPECT_EQ(unpacked.bytes_out, 12u);
  pack(unpacked, again);
  EXPECT_EQ(unpack(again).attempts[0].cost, record.attempts[0].cost);
}

TEST(PackedRecord, LeavesNothingOfTheRecordBefore) {
  std::string packed;
  pack(full_record(), packed);
  pack(RequestRecord(), packed);
  EXPECT_EQ(gateway::describe(unpack(packed)), gateway::describe(RequestRecord()));
  EXPECT_TRUE(unpack(packed).attempts.empty());
}

}  // namespace headgate::app
