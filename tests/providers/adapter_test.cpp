#include "headgate/providers/adapter.hpp"

#include <gtest/gtest.h>

#include <array>

#include "headgate/wire/http.hpp"

namespace headgate::providers {
namespace {

using wire::Surface;

std::string head(const Account& account, Post post) {
  const Adapter adapter(account, *wire::parse_url(account.base_url), *find_vendor(account.type));
  const std::string body(1234, ' ');
  const std::string_view pieces[] = {std::string_view(body).substr(0, 1000), std::string_view(body).substr(1000)};
  post.body = pieces;
  std::string out;
  adapter.append_head(out, post);
  return out;
}

std::string head(const Account& account, Surface surface = Surface::chat_completions, std::string_view traceparent = {},
                 std::string_view tracestate = {}) {
  return head(account, {surface, "m", false, false, traceparent, tracestate});
}

std::string first_line(const std::string& head) { return head.substr(0, head.find(" HTTP")); }

Account at(const char* type, const char* base_url) {
  Account account;
  account.type = type;
  account.base_url = base_url;
  account.key = core::Secret("k-1");
  return account;
}

Account lab() {
  Account account;
  account.name = "lab";
  account.type = "openai_compatible";
  account.base_url = "http://127.0.0.1:9000/v1/";
  account.key = core::Secret("sk-lab");
  account.headers = {{"X-Team", "blue"}};
  return account;
}

}  // namespace

TEST(Adapter, WritesAWholeRequestHead) {
  EXPECT_EQ(head(lab(), Surface::chat_completions, "00-aa-bb-01", "vendor=1"),
            "POST /v1/chat/completions HTTP/1.1\r\n"
            "host: 127.0.0.1:9000\r\n"
            "user-agent: headgate/0.1\r\n"
            "accept-encoding: identity\r\n"
            "authorization: Bearer sk-lab\r\n"
            "X-Team: blue\r\n"
            "accept: application/json, text/event-stream\r\n"
            "content-type: application/json\r\n"
            "content-length: 1234\r\n"
            "traceparent: 00-aa-bb-01\r\n"
            "tracestate: vendor=1\r\n"
            "\r\n");
}

TEST(Adapter, WritesHeadsOurOwnJudgementAccepts) {
  for (const auto surface : {Surface::chat_completions, Surface::completions, Surface::embeddings})
    EXPECT_EQ(wire::fault_in_request_head(head(lab(), surface)), "");
}

TEST(Adapter, NamesTheSurfaceInThePath) {
  EXPECT_TRUE(head(lab(), Surface::completions).starts_with("POST /v1/completions HTTP/1.1\r\n"));
  EXPECT_TRUE(head(lab(), Surface::embeddings).starts_with("POST /v1/embeddings HTTP/1.1\r\n"));
}

TEST(Adapter, SendsNoAuthorizationWithoutAKey) {
  auto account = lab();
  account.key = {};
  EXPECT_EQ(head(account).find("authorization"), std::string::npos);
}

TEST(Adapter, SendsNoTraceThatIsNotThere) {
  EXPECT_EQ(head(lab()).find("trace"), std::string::npos);
  EXPECT_EQ(head(lab(), Surface::completions, "00-aa-bb-01").find("tracestate"), std::string::npos);
}

TEST(Adapter, LeavesADefaultPortOutOfHost) {
  auto account = lab();
  account.base_url = "https://llm.example/api";
  EXPECT_TRUE(head(account).starts_with("POST /api/chat/completions HTTP/1.1\r\nhost: llm.example\r\n"));
  account.base_url = "https://[::1]:8443";
  EXPECT_TRUE(head(account).starts_with("POST /chat/completions HTTP/1.1\r\nhost: [::1]:8443\r\n"));
}

TEST(Adapter, AsksForNoCompression) {
  EXPECT_NE(head(lab()).find("\r\naccept-encoding: identity\r\n"), std::string::npos);
}

TEST(Adapter, AsksForTheRestOfAnAnswerWhereTheVendorGivesIt) {
  const auto path = [](const char* type, const char* base_url, bool is_prefill) {
    return first_line(head(at(type, base_url), {Surface::chat_completions, "m", false, is_prefill}));
  };
  EXPECT_EQ(path("deepseek", "https://api.deepseek.com/v1", true), "POST /beta/chat/completions");
  EXPECT_EQ(path("deepseek", "https://api.deepseek.com/v1", false), "POST /v1/chat/completions");
  EXPECT_EQ(path("deepseek", "https://proxy.example/ds", true), "POST /ds/chat/completions");
  EXPECT_EQ(path("mistral", "https://api.mistral.ai/v1", true), "POST /v1/chat/completions");
}

TEST(Adapter, ShowsTheKeyAsTheVendorExpectsIt) {
  const auto key_line = [](const char* type, const char* base_url) {
    const auto text = head(at(type, base_url));
    const auto end = text.find("k-1\r\n");
    const auto begin = text.rfind("\r\n", end) + 2;
    return text.substr(begin, end - begin);
  };
  EXPECT_EQ(key_line("openai", "https://api.example/v1"), "authorization: Bearer ");
  EXPECT_EQ(key_line("anthropic", "https://api.example/v1"), "x-api-key: ");
  EXPECT_EQ(key_line("gemini", "https://api.example/v1beta"), "x-goog-api-key: ");
  EXPECT_EQ(key_line("azure", "https://api.example/openai"), "api-key: ");
  EXPECT_EQ(key_line("bedrock", "https://api.example"), "authorization: Bearer ");
}

TEST(Adapter, PutsModelAndMethodWhereTheDialectWantsThem) {
  const auto line = [](const char* type, const char* base_url, bool stream) {
    return first_line(head(at(type, base_url), {Surface::chat_completions, "a/b c", stream}));
  };
  EXPECT_EQ(line("anthropic", "https://api.example/v1", true), "POST /v1/messages");
  EXPECT_EQ(line("gemini", "https://api.example/v1beta", false), "POST /v1beta/models/a%2Fb%20c:generateContent");
  EXPECT_EQ(line("gemini", "https://api.example/v1beta", true),
            "POST /v1beta/models/a%2Fb%20c:streamGenerateContent?alt=sse");
  EXPECT_EQ(line("bedrock", "https://api.example", false), "POST /model/a%2Fb%20c/converse");
  EXPECT_EQ(line("bedrock", "https://api.example", true), "POST /model/a%2Fb%20c/converse-stream");
  EXPECT_EQ(line("azure", "https://api.example/openai", true),
            "POST /openai/deployments/a%2Fb%20c/chat/completions?api-version=2024-10-21");
  EXPECT_EQ(line("azure", "https://api.example/openai/v1", true), "POST /openai/v1/chat/completions");
}

TEST(Adapter, TakesHeadersAlongThatBelongToTheClientsOwnWords) {
  const auto account = at("anthropic", "https://api.example/v1");
  EXPECT_NE(head(account).find("\r\nanthropic-version: 2023-06-01\r\n"), std::string::npos);
  EXPECT_EQ(head(account).find("anthropic-beta"), std::string::npos);
  Post post;
  post.own_head = "POST /v1/messages HTTP/1.1\r\nAnthropic-Version: 2026-10-21\r\nanthropic-beta: a,b\r\nx: y\r\n\r\n";
  const auto own = head(account, post);
  EXPECT_NE(own.find("\r\nanthropic-version: 2026-10-21\r\n"), std::string::npos);
  EXPECT_NE(own.find("\r\nanthropic-beta: a,b\r\n"), std::string::npos);
  EXPECT_EQ(own.find("2023-06-01"), std::string::npos);
  EXPECT_EQ(own.find("x: y"), std::string::npos);
}

TEST(Adapter, PutsProjectAndPlaceInFrontOfAPublishersModels) {
  const auto line = [](const char* type, std::string_view model, bool stream) {
    auto account = at(type, "https://api.example/v1");
    account.project = "p-1/x";
    account.place = "eu";
    return first_line(head(account, {Surface::chat_completions, model, stream}));
  };
  const std::string prefix = "POST /v1/projects/p-1%2Fx/locations/eu/publishers/";
  EXPECT_EQ(line("vertex", "gemini-x", false), prefix + "google/models/gemini-x:generateContent");
  EXPECT_EQ(line("vertex", "gemini-x", true), prefix + "google/models/gemini-x:streamGenerateContent?alt=sse");
  EXPECT_EQ(line("vertex_anthropic", "claude-x@20250929", false),
            prefix + "anthropic/models/claude-x@20250929:rawPredict");
  EXPECT_EQ(line("vertex_anthropic", "a/../b", true), prefix + "anthropic/models/a%2F..%2Fb:streamRawPredict");
}

TEST(Adapter, SendsAnAccessTokenWhereThereIsOne) {
  auto account = at("vertex", "https://api.example/v1");
  account.key = {};
  Post post;
  EXPECT_EQ(head(account, post).find("authorization"), std::string::npos);
  post.access_token = "ya29.t";
  EXPECT_NE(head(account, post).find("\r\nauthorization: Bearer ya29.t\r\n"), std::string::npos);
}

TEST(Adapter, SignsWhatItSendsWhereTheAccountHasAPairOfKeys) {
  auto account = at("bedrock", "https://bedrock-runtime.eu-central-1.amazonaws.com");
  account.key = {};
  account.place = "eu-central-1";
  account.aws = AwsCredentials{"AKIDEXAMPLE", core::Secret("s3cret"), core::Secret("session")};
  Post post{Surface::chat_completions, "anthropic.claude-x-v1:0", true};
  post.now = core::WallTime(std::chrono::seconds(1'440'938'160));
  const auto digest = hex_sha256(std::string(1234, ' '));
  const SignedRequest request{
      "POST", "bedrock-runtime.eu-central-1.amazonaws.com", "/model/anthropic.claude-x-v1%3A0/converse-stream", "", {},
      digest};
  const auto lines = sign(request, *account.aws, {"eu-central-1", "bedrock"}, post.now);
  const auto text = head(account, post);
  EXPECT_NE(text.find("\r\n" + std::string(lines.reveal())), std::string::npos);
  EXPECT_EQ(text.find("Bearer"), std::string::npos);
  EXPECT_EQ(text.find("s3cret"), std::string::npos);
  EXPECT_EQ(wire::fault_in_request_head(text), "");
}

TEST(Adapter, NamesTheModelInAClientsOwnWords) {
  const auto named = [](const char* type, std::string_view words) {
    const auto account = at(type, "https://api.example/v1");
    const Adapter adapter(account, *wire::parse_url(account.base_url), *find_vendor(account.type));
    const auto at = words.find("\"a\"");
    wire::Spliced body(words);
    adapter.name_model(body, words, {at, 3}, "\"up\"");
    std::array<std::string_view, wire::Spliced::max_pieces> pieces;
    std::string out;
    const auto count = body.pieces(pieces);
    for (std::size_t i = 0; i < count; ++i) out += pieces[i];
    return out;
  };
  EXPECT_EQ(named("anthropic", R"({"x":1,"model" : "a","y":2})"), R"({"x":1,"model" : "up","y":2})");
  const std::string version = R"("anthropic_version":"vertex-2023-10-16")";
  EXPECT_EQ(named("vertex_anthropic", R"({"x":1,"model" : "a","y":2})"), R"({"x":1,)" + version + R"(,"y":2})");
  EXPECT_EQ(named("vertex_anthropic", R"({"mod\u0065l":"a"})"), "{" + version + "}");
}

TEST(Adapter, WritesHeadsOfEveryDialectThatOurOwnJudgementAccepts) {
  for (const auto* type : {"anthropic", "gemini", "bedrock", "azure", "vertex", "vertex_anthropic"})
    for (const bool stream : {false, true})
      EXPECT_EQ(wire::fault_in_request_head(
                    head(at(type, "https://api.example/v1"), {Surface::chat_completions, "m?x#\r\n", stream})),
                "");
}

}  // namespace headgate::providers
