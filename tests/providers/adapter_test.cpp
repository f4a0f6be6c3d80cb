#include "headgate/providers/openai.hpp"

#include <gtest/gtest.h>

#include "headgate/wire/http.hpp"

namespace headgate::providers {
namespace {

using wire::Surface;

std::string head(Account account, Surface surface = Surface::chat_completions, std::string_view traceparent = {},
                 std::string_view tracestate = {}) {
  const OpenAiAdapter adapter(account, *wire::parse_url(account.base_url), *find_vendor(account.type));
  std::string out;
  adapter.append_head(out, surface, 1234, traceparent, tracestate);
  return out;
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

TEST(OpenAiAdapter, WritesAWholeRequestHead) {
  EXPECT_EQ(head(lab(), Surface::chat_completions, "00-aa-bb-01", "vendor=1"),
            "POST /v1/chat/completions HTTP/1.1\r\n"
            "host: 127.0.0.1:9000\r\n"
            "user-agent: headgate/0.1\r\n"
            "accept: application/json, text/event-stream\r\n"
            "accept-encoding: identity\r\n"
            "content-type: application/json\r\n"
            "authorization: Bearer sk-lab\r\n"
            "X-Team: blue\r\n"
            "content-length: 1234\r\n"
            "traceparent: 00-aa-bb-01\r\n"
            "tracestate: vendor=1\r\n"
            "\r\n");
}

TEST(OpenAiAdapter, WritesHeadsOurOwnJudgementAccepts) {
  for (const auto surface : {Surface::chat_completions, Surface::completions, Surface::embeddings})
    EXPECT_EQ(wire::fault_in_request_head(head(lab(), surface)), "");
}

TEST(OpenAiAdapter, NamesTheSurfaceInThePath) {
  EXPECT_TRUE(head(lab(), Surface::completions).starts_with("POST /v1/completions HTTP/1.1\r\n"));
  EXPECT_TRUE(head(lab(), Surface::embeddings).starts_with("POST /v1/embeddings HTTP/1.1\r\n"));
}

TEST(OpenAiAdapter, SendsNoAuthorizationWithoutAKey) {
  auto account = lab();
  account.key = {};
  EXPECT_EQ(head(account).find("authorization"), std::string::npos);
}

TEST(OpenAiAdapter, SendsNoTraceThatIsNotThere) {
  EXPECT_EQ(head(lab()).find("trace"), std::string::npos);
  EXPECT_EQ(head(lab(), Surface::completions, "00-aa-bb-01").find("tracestate"), std::string::npos);
}

TEST(OpenAiAdapter, LeavesADefaultPortOutOfHost) {
  auto account = lab();
  account.base_url = "https://llm.example/api";
  EXPECT_TRUE(head(account).starts_with("POST /api/chat/completions HTTP/1.1\r\nhost: llm.example\r\n"));
  account.base_url = "https://[::1]:8443";
  EXPECT_TRUE(head(account).starts_with("POST /chat/completions HTTP/1.1\r\nhost: [::1]:8443\r\n"));
}

TEST(OpenAiAdapter, AsksForNoCompression) {
  EXPECT_NE(head(lab()).find("\r\naccept-encoding: identity\r\n"), std::string::npos);
}

TEST(OpenAiAdapter, AsksForTheRestOfAnAnswerWhereTheVendorGivesIt) {
  const auto path = [](const char* type, const char* base_url, bool is_prefill) {
    Account account;
    account.type = type;
    account.base_url = base_url;
    std::string out;
    const OpenAiAdapter adapter(account, *wire::parse_url(base_url), *find_vendor(type));
    adapter.append_head(out, Surface::chat_completions, 1, {}, {}, is_prefill);
    return out.substr(0, out.find(" HTTP"));
  };
  EXPECT_EQ(path("deepseek", "https://api.deepseek.com/v1", true), "POST /beta/chat/completions");
  EXPECT_EQ(path("deepseek", "https://api.deepseek.com/v1", false), "POST /v1/chat/completions");
  EXPECT_EQ(path("deepseek", "https://proxy.example/ds", true), "POST /ds/chat/completions");
  EXPECT_EQ(path("mistral", "https://api.mistral.ai/v1", true), "POST /v1/chat/completions");
}

}  // namespace headgate::providers
