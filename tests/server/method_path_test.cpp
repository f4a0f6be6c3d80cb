// URLs of generateContent.
#include "method_path.hpp"

#include <gtest/gtest.h>

namespace headgate::server {
namespace {

using Method = MethodPath::Method;

TEST(MethodPath, IsAModelAndAMethod) {
  const auto path = read_method_path("llama3:8b:streamGenerateContent");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->model, "llama3:8b");
  EXPECT_EQ(path->method, Method::stream);
  EXPECT_EQ(read_method_path("a:generateContent")->method, Method::generate);
  EXPECT_EQ(read_method_path("a:countTokens")->method, Method::count_tokens);
}

TEST(MethodPath, IsDecoded) {
  EXPECT_EQ(read_method_path("org%2Fname%3Abeta%3AgenerateContent")->model, "org/name:beta");
  EXPECT_EQ(read_method_path("pool%3afast:generateContent")->model, "pool:fast");
}

TEST(MethodPath, IsNothingWithoutAModelOrAMethodThatIsServed) {
  for (const auto* rest : {"", ":", ":generateContent", "a", "a:", "a:embedContent", "a:generateContent/x"})
    EXPECT_FALSE(read_method_path(rest)) << rest;
}

TEST(MethodPath, AsksForEventsByItsQuery) {
  for (const auto* target : {"/m:s?alt=sse", "/m:s?key=1&alt=sse", "/m:s?alt=sse&key=1"})
    EXPECT_TRUE(asks_for_events(target)) << target;
  for (const auto* target :
       {"/m:s", "/m:s?", "/m:s?alt=json", "/m:s?xalt=sse", "/m:alt=sse", "/m:s?alt=ssex", "/m:s?&&"})
    EXPECT_FALSE(asks_for_events(target)) << target;
}

TEST(PercentDecoded, LeavesWhatIsNoEscape) {
  for (const auto* text : {"", "%", "%2", "%zz", "%2z", "100%", "a%%2"}) EXPECT_EQ(percent_decoded(text), text);
  EXPECT_EQ(percent_decoded("%25%32%35"), "%25");
  EXPECT_EQ(percent_decoded("%E2%82%AC+%20"), "\xE2\x82\xAC+ ");
}

}  // namespace
}  // namespace headgate::server
