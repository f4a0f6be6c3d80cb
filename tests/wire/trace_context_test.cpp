#include "headgate/wire/trace_context.hpp"

#include <gtest/gtest.h>

namespace headgate::wire {
namespace {

const std::string trace = "0af7651916cd43dd8448eb211c80319c", parent = "b7ad6b7169203331";
const std::string header = "00-" + trace + "-" + parent + "-01";

}  // namespace

TEST(Traceparent, IsReadIntoItsParts) {
  const auto context = read_traceparent(header);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_id, trace);
  EXPECT_EQ(context->parent_id, parent);
  EXPECT_TRUE(context->sampled);
}

TEST(Traceparent, IsSampledByItsLowestFlag) {
  const auto sampled = [](const std::string& flags) {
    return read_traceparent("00-" + trace + "-" + parent + "-" + flags)->sampled;
  };
  EXPECT_FALSE(sampled("00"));
  EXPECT_FALSE(sampled("02"));
  EXPECT_TRUE(sampled("03"));
  EXPECT_TRUE(sampled("ff"));
}

TEST(Traceparent, ComesBackAsWritten) {
  EXPECT_EQ(write_traceparent(*read_traceparent(header)), header);
  EXPECT_EQ(write_traceparent({trace, parent, false}), "00-" + trace + "-" + parent + "-00");
}

TEST(Traceparent, MayBeLongerInLaterVersions) {
  EXPECT_TRUE(read_traceparent("cc" + header.substr(2) + "-what-the-future-brings"));
  EXPECT_FALSE(read_traceparent("cc" + header.substr(2) + ".what"));
  EXPECT_FALSE(read_traceparent(header + "-more"));
}

TEST(Traceparent, IsAsIfAbsentWhenMalformed) {
  const auto zeros = [](std::size_t size) { return std::string(size, '0'); };
  for (const auto& text : {
           std::string(),
           header.substr(1),
           header.substr(0, 54),
           header + "0",
           " " + header,
           "ff" + header.substr(2),
           "0g" + header.substr(2),
           "00_" + trace + "-" + parent + "-01",
           "00-" + zeros(32) + "-" + parent + "-01",
           "00-" + trace + "-" + zeros(16) + "-01",
           "00-" + trace + "-" + parent + "-0x",
           "00-0AF7651916CD43DD8448EB211C80319C-" + parent + "-01",
           "00-" + trace + "-" + parent + "-0A",
           "00-" + trace.substr(1) + "-" + parent + "a-01",
       })
    EXPECT_FALSE(read_traceparent(text)) << text;
}

}  // namespace headgate::wire
