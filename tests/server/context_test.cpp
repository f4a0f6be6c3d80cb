#include "context.hpp"

#include <gmock/gmock.h>

#include <set>

namespace headgate::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;

std::string request_id(Ids& ids) {
  std::string id;
  ids.append_request_id(id);
  return id;
}

}  // namespace

TEST(Ids, RequestIdsHaveTheirForm) {
  Ids ids;
  EXPECT_THAT(request_id(ids), MatchesRegex("req_[0-9a-f]{32}"));
  std::string appended = "x";
  ids.append_request_id(appended);
  EXPECT_THAT(appended, MatchesRegex("xreq_[0-9a-f]{32}"));
}

TEST(Ids, SpanIdsHaveTheirForm) {
  Ids ids;
  EXPECT_THAT(ids.span_id(), MatchesRegex("[0-9a-f]{16}"));
}

TEST(Ids, NoneIsGivenTwiceWhoeverAsks) {
  Ids here, there;
  std::set<std::string> seen;
  for (int i = 0; i < 2000; ++i) {
    seen.insert(request_id(here));
    seen.insert(request_id(there));
    if (i % 3 == 0) seen.insert(here.span_id());
  }
  EXPECT_EQ(seen.size(), 2000u + 2000u + 667u);
}

TEST(RequestMetrics, RequestsAreCountedBySurfaceRouteAndCode) {
  metrics::Registry registry;
  RequestMetrics metrics(registry);
  metrics.count("openai", "chat_completions", 0, 200);
  metrics.count("openai", "chat_completions", 0, 200);
  metrics.count("openai", "chat_completions", 0, 503);
  metrics.count("health", "health_live", 5, 200);
  const auto text = registry.expose();
  const auto line = [](const std::string& code, const std::string& route, const std::string& surface,
                       const std::string& count) {
    return "headgate_http_requests_total{code=\"" + code + "\",route=\"" + route + "\",surface=\"" + surface + "\"} " +
           count;
  };
  const auto reordered = [](const std::string& surface, const std::string& route, const std::string& code,
                            const std::string& count) {
    return "headgate_http_requests_total{surface=\"" + surface + "\",route=\"" + route + "\",code=\"" + code + "\"} " +
           count;
  };
  const auto has = [&](const char* surface, const char* route, const char* code, const char* count) {
    EXPECT_THAT(text, testing::AnyOf(HasSubstr(line(code, route, surface, count)),
                                     HasSubstr(reordered(surface, route, code, count))));
  };
  has("openai", "chat_completions", "200", "2");
  has("openai", "chat_completions", "503", "1");
  has("health", "health_live", "200", "1");
  EXPECT_THAT(text, Not(HasSubstr("code=\"404\"")));
}

TEST(RequestMetrics, StrangeCodesAndIndexesStayInBounds) {
  metrics::Registry registry;
  RequestMetrics metrics(registry);
  for (const int status : {-1, 0, 99, 600, 1'000'000}) metrics.count("openai", "none", 31, status);
  for (const std::size_t route : {32u, 1000u}) metrics.count("openai", "none", route, 599);
  EXPECT_THAT(registry.expose(), HasSubstr("headgate_http_requests_total{"));
}

TEST(RequestMetrics, AllAreThereBeforeTheFirstRequest) {
  metrics::Registry registry;
  RequestMetrics metrics(registry);
  const auto text = registry.expose();
  for (const char* name : {"headgate_requests_in_flight 0", "headgate_request_duration_seconds_count 0",
                           "headgate_overhead_seconds_count 0"})
    EXPECT_THAT(text, HasSubstr(name));
}

}  // namespace headgate::server
