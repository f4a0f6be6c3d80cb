#include "request_history.hpp"

#include <gmock/gmock.h>

namespace headgate::app {
namespace {

void remember(RequestHistory& history, const std::string& id, const std::string& model) {
  gateway::RequestRecord record;
  record.id = id;
  record.asked_model = model;
  history.remember(record);
}

}  // namespace

TEST(RequestHistory, FindsTheNewestOfEqualIds) {
  RequestHistory history;
  remember(history, "same", "older");
  remember(history, "same", "newer");
  EXPECT_THAT(history.find("same"), testing::HasSubstr("newer"));
}

TEST(RequestHistory, FindsTheNewestWhereverTheRingHasTurned) {
  RequestHistory history;
  for (int i = 0; i < 5000; ++i) {
    remember(history, "same", "model-" + std::to_string(i) + ".");
    if (i % 97 != 0) continue;
    EXPECT_THAT(history.find("same"), testing::HasSubstr("model-" + std::to_string(i) + "."));
  }
}

TEST(RequestHistory, KeepsTheLastAndForgetsTheRest) {
  RequestHistory history;
  for (int i = 0; i < 2049; ++i) remember(history, "r" + std::to_string(i), "m");
  EXPECT_EQ(history.find("r0"), "");
  EXPECT_NE(history.find("r1"), "");
  EXPECT_NE(history.find("r2048"), "");
}

TEST(RequestHistory, ARatingTellsWhichSignalItReplaces) {
  RequestHistory history;
  gateway::RequestRecord record;
  record.id = "r";
  record.tenant = "acme";
  record.status = 200;
  record.attempts.emplace_back().impression.signal = budget::Signal::invalid_json;
  history.remember(record);
  EXPECT_EQ(history.take_rating("r", "acme").value().signal, budget::Signal::invalid_json);
  EXPECT_FALSE(history.take_rating("r", "acme")) << "once";
}

}  // namespace headgate::app
