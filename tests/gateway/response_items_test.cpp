#include "response_items.hpp"

#include <gmock/gmock.h>

#include "headgate/gateway/stored_responses.hpp"

namespace headgate::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

store::StoredResponse stored(std::string id, std::string input, std::string output) {
  return {"ada", std::move(id), {}, {}, std::move(input), R"({"id":"x","output":)" + output + "}"};
}

const std::vector<store::StoredResponse> chain{
    stored("resp_1", R"([{"id":"msg_1_in0"}])", R"([{"id":"rs_1_0"},{"id":"msg_1_1"}])"),
    stored("resp_2", "[]", "[]"),
    stored("resp_3", R"([{"id":"msg_3_in0"}])", R"([{"id":"msg_3_0","text":"]["}])"),
};

}  // namespace

TEST(ResponseItems, OfAChainStandInTheOrderTheyWereSaid) {
  EXPECT_EQ(items_of_chain(chain),
            R"([{"id":"msg_1_in0"},{"id":"rs_1_0"},{"id":"msg_1_1"},{"id":"msg_3_in0"},{"id":"msg_3_0","text":"]["}])");
  EXPECT_EQ(items_of_chain({}), "[]");
}

TEST(ResponseItems, OfTheLastRequestHoldAllButItsAnswer) {
  EXPECT_EQ(input_of_last(chain), R"([{"id":"msg_1_in0"},{"id":"rs_1_0"},{"id":"msg_1_1"},{"id":"msg_3_in0"}])");
  EXPECT_EQ(input_of_last(std::span(chain).first(1)), R"([{"id":"msg_1_in0"}])");
  EXPECT_EQ(input_of_last({}), "[]");
}

TEST(ResponseItems, AreFoundByTheirIds) {
  EXPECT_THAT(items_by_id(chain, {"rs_1_0", "msg_3_in0", "msg_9_0"}),
              ElementsAre(Pair("msg_3_in0", R"({"id":"msg_3_in0"})"), Pair("rs_1_0", R"({"id":"rs_1_0"})")));
}

TEST(ResponseItems, WhatIsDamagedInTheStoreIsLeftOut) {
  store::StoredResponse damaged{"ada", "resp_1", {}, {}, "[{", "{\"output\":["};
  EXPECT_THAT(items_by_id(std::span(&damaged, 1), {"rs_1_0"}), IsEmpty());
}

TEST(ResponseIds, AreOursLongAndNeverTheSame) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(new_response_id());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_THAT(*ids.begin(), testing::MatchesRegex("resp_[0-9a-f]+"));
  EXPECT_EQ(ids.begin()->size(), 5u + 48u);
}

}  // namespace headgate::gateway
