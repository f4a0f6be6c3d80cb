// Where events begin and end, and what stands between them.
#include "event_framer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headgate::gateway {
namespace {

std::vector<std::string> heard(std::string stream) {
  EventFramer framer(dialects::Dialect::chat_completions, 1 << 20);
  std::vector<std::string> data;
  std::string_view rest = stream;
  for (EventFramer::Event event;;) {
    const auto found = framer.next(rest, event);
    if (found != EventFramer::Status::event && found != EventFramer::Status::skipped) return data;
    if (found == EventFramer::Status::event) data.emplace_back(event.data);
    rest.remove_prefix(event.consumed);
  }
}

TEST(EventFramer, FindsAnErrorThatStandsWithoutAFrame) {
  EXPECT_EQ(heard("data: 1\n\n{\"error\":{\"code\":503}}\n\ndata: 2\n\n"),
            (std::vector<std::string>{"1", "{\"error\":{\"code\":503}}\n\n", "2"}));
  EXPECT_EQ(heard("[{\n  \"error\": {\n  \"code\": 503}}]\n\n").size(), 1U);
}

TEST(EventFramer, PassesOverWhatElseIsNoEvent) {
  EXPECT_TRUE(heard(": error {\n\nevent: error\n\nretry: 5\n\n{\"type\":\"ping\"}\n\n\n\n").empty());
}

}  // namespace
}  // namespace headgate::gateway
