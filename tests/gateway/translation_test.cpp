// A stream in the words it is judged by, and what is noted of it beside.
#include "translation.hpp"

#include <gmock/gmock.h>

namespace headgate::gateway {
namespace {

class OfMessages : public testing::Test {
 protected:
  bool read(std::string_view data) {
    std::string text(data);
    text.reserve(text.size() + wire::json_padding);
    return translation_.read(json_, "", text).has_value();
  }

  wire::JsonReader json_;
  Translation translation_{dialects::Dialect::messages, wire::Surface::chat_completions, {"id", "m", 1, true}};
};

TEST_F(OfMessages, KnowsWhatAStreamHasCostThatBreaksOff) {
  EXPECT_TRUE(read(R"({"type":"message_start","message":{"id":"m","model":"x","usage":{"input_tokens":40,
                       "cache_creation_input_tokens":5,"cache_read_input_tokens":8,"output_tokens":1}}})"));
  EXPECT_FALSE(translation_.end());
  EXPECT_EQ(translation_.usage().input, 40U);
  EXPECT_EQ(translation_.usage().cache_write, 5U);
  EXPECT_EQ(translation_.usage().cache_read, 8U);
  EXPECT_FALSE(translation_.usage().output);
}

TEST_F(OfMessages, TellsAnErrorAsTheProviderMeantIt) {
  const std::string text = R"({"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}})" +
                           std::string(wire::json_padding, ' ');
  const auto said = translation_.read(json_, "error", text);
  ASSERT_FALSE(said);
  EXPECT_EQ(said.error().code(), core::Code::rate_limit_exceeded);
  EXPECT_EQ(said.error().retry(), core::Retry::next_target);
}

TEST_F(OfMessages, NamesWhatItCannotSay) {
  EXPECT_TRUE(read(R"({"type":"message_start","message":{"id":"m","model":"x","usage":{}}})"));
  EXPECT_TRUE(read(R"({"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s"}})"));
  EXPECT_THAT(translation_.left_out(), testing::ElementsAre("server_tool_use"));
}

}  // namespace
}  // namespace headgate::gateway
