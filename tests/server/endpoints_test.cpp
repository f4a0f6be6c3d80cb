// The whole surface: every route with every method, and the paths around it.
#include "endpoints.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

namespace headgate::server {
namespace {

using wire::Method;

constexpr Method all_methods[] = {Method::get, Method::head,    Method::post,  Method::put,     Method::patch,
                                  Method::del, Method::options, Method::trace, Method::connect, Method::other};

struct Row {
  std::string path;
  std::string_view route;
  Method method;
  bool needs_key = false;
  std::string_view rest{};
  bool and_post = false;          // beside GET
  std::string_view post_route{};  // where that is another one
  bool and_delete = false;        // beside both
};

const std::vector<Row> api_rows{
    {"/v1/chat/completions", "chat_completions", Method::post, true},
    {"/v1/completions", "completions", Method::post, true},
    {"/v1/embeddings", "embeddings", Method::post, true},
    {"/v1/moderations", "moderations", Method::post, true},
    {"/v1/images/generations", "image_generations", Method::post, true},
    {"/v1/images/edits", "image_edits", Method::post, true},
    {"/v1/images/variations", "image_variations", Method::post, true},
    {"/v1/audio/speech", "speech", Method::post, true},
    {"/v1/audio/transcriptions", "transcriptions", Method::post, true},
    {"/v1/audio/translations", "translations", Method::post, true},
    {"/v1/responses", "responses", Method::post, true},
    {"/v1/responses/resp_1", "response", Method::get, true, "resp_1", true, {}, true},
    {"/v1/responses/resp_1/input_items", "response", Method::get, true, "resp_1/input_items", true, {}, true},
    {"/v1/messages", "messages", Method::post, true},
    {"/v1/messages/count_tokens", "count_tokens", Method::post, true},
    {"/v1beta/models", "models", Method::get, true},
    {"/v1beta/models/a:generateContent", "generate_content", Method::post, true, "a:generateContent"},
    {"/v1/headgate/feedback", "feedback", Method::post, true},
    {"/v1/models", "models", Method::get, true},
    {"/v1/models/gpt-4o", "model", Method::get, true, "gpt-4o", true, "generate_content"},
    {"/v1/models/org/name", "model", Method::get, true, "org/name", true, "generate_content"},
    {"/health/live", "health_live", Method::get},
    {"/health/ready", "health_ready", Method::get},
    {"/", "root", Method::get},
};
const std::vector<Row> admin_rows{
    {"/metrics", "metrics", Method::get},
    {"/health/live", "health_live", Method::get},
    {"/health/ready", "health_ready", Method::get},
    {"/admin/v1/status", "status", Method::get},
    {"/admin/v1/config", "config", Method::get},
    {"/admin/v1/spend", "spend", Method::get},
    {"/admin/v1/budgets", "budgets", Method::get},
    {"/admin/v1/models", "models", Method::get},
    {"/admin/v1/pools", "pools", Method::get},
    {"/admin/v1/reload", "reload", Method::post},
    {"/admin/v1/breakers", "breakers", Method::get},
    {"/admin/v1/breakers/models/org/name/open", "breakers", Method::post, false, "models/org/name/open"},
    {"/admin/v1/drills", "drills", Method::get, false, "", true},
    {"/admin/v1/requests/req_1", "requests", Method::get, false, "req_1"},
};

void expect_table(std::span<const Endpoint> table, const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    for (const auto method : all_methods) {
      SCOPED_TRACE(row.path + " with method " + std::to_string(static_cast<int>(method)));
      const auto match = find_endpoint(table, method, row.path);
      const bool also = (method == Method::head && row.method == Method::get) ||
                        (method == Method::post && row.and_post) || (method == Method::del && row.and_delete);
      if (method == row.method || also) {
        ASSERT_NE(match.endpoint, nullptr);
        const bool other = method == Method::post && !row.post_route.empty();
        EXPECT_EQ(match.endpoint->route, other ? row.post_route : row.route);
        EXPECT_EQ(match.endpoint->needs_key, row.needs_key);
        EXPECT_EQ(match.rest, row.rest);
        EXPECT_FALSE(match.wrong_method);
      } else {
        EXPECT_EQ(match.endpoint, nullptr);
        EXPECT_TRUE(match.wrong_method);
        EXPECT_EQ(match.allow, row.and_delete              ? "GET, HEAD, POST, DELETE"
                               : row.and_post              ? "GET, HEAD, POST"
                               : row.method == Method::get ? "GET, HEAD"
                                                           : "POST");
      }
    }
  }
}

}  // namespace

TEST(Endpoints, EveryRouteTakesItsMethodsOnly) {
  expect_table(api_endpoints(), api_rows);
  expect_table(admin_endpoints(), admin_rows);
}

TEST(Endpoints, NoRouteIsMissingHere) {
  for (const auto& [table, rows] : {std::pair(api_endpoints(), api_rows), std::pair(admin_endpoints(), admin_rows)}) {
    std::set<std::string_view> routes;
    for (const auto& row : rows) routes.insert(row.route);
    for (const auto& endpoint : table) EXPECT_TRUE(routes.contains(endpoint.route)) << endpoint.route;
  }
}

TEST(Endpoints, WhatReachesAModelOrNamesOneNeedsAKey) {
  for (const auto& endpoint : api_endpoints())
    EXPECT_EQ(endpoint.needs_key, endpoint.path.starts_with("/v1")) << endpoint.path;
}

TEST(Endpoints, TheSurfacesStayApart) {
  for (const auto& row : admin_rows)
    if (!row.path.starts_with("/health")) {
      EXPECT_EQ(find_endpoint(api_endpoints(), row.method, row.path).endpoint, nullptr) << row.path;
    }
  for (const auto& row : api_rows)
    if (row.path.starts_with("/v1")) {
      EXPECT_EQ(find_endpoint(admin_endpoints(), row.method, row.path).endpoint, nullptr) << row.path;
    }
}

TEST(Endpoints, PathsThatNobodyServesAreAnsweredInTheDialectOfTheirNeighbours) {
  using dialects::Dialect;
  for (const auto* path : {"/v1beta", "/v1beta/models", "/v1beta/tunedModels/a", "/v1beta/models/a:generateContent"})
    EXPECT_EQ(dialect_at(path), Dialect::generate_content) << path;
  for (const auto* path : {"/v1/messages", "/v1/messages/batches", "/v1/messages/batches/1"})
    EXPECT_EQ(dialect_at(path), Dialect::messages) << path;
  for (const auto* path : {"", "/", "/v1", "/v1/messagesx", "/v1betamax", "/v1/chat"})
    EXPECT_EQ(dialect_at(path), Dialect::chat_completions) << path;
}

TEST(Endpoints, NeighboursAreUnknown) {
  for (const char* path :
       {"", "//", "/v1", "/v1/", "/V1/models", "/v1/models/", "/v1/chat/completions/", "/v1//models", "/v1/modelsx",
        "/v1/chat", "/health", "/health/live/", "/v1/models/../chat", "/metrics", "/admin/v1/requests/"}) {
    const auto match = find_endpoint(api_endpoints(), Method::get, path);
    const bool below_models = std::string_view(path) == "/v1/models/../chat";  // a name like any other
    EXPECT_EQ(match.endpoint != nullptr, below_models) << path;
    EXPECT_FALSE(match.wrong_method) << path;
  }
  EXPECT_EQ(find_endpoint(admin_endpoints(), Method::get, "/admin/v1/requests/").endpoint, nullptr);
}

// The counters are found by a route's place in its table.
TEST(Endpoints, TablesFitTheirCounters) {
  EXPECT_LT(api_endpoints().size(), 31u);
  EXPECT_LT(admin_endpoints().size(), 31u);
}

}  // namespace headgate::server
