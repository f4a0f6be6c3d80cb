#include "headgate/wire/openai_continuation.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

using Mark = Prefill::Mark;
using nlohmann::json;

std::string continued(const std::string& body, std::string_view begun = "So", core::Tokens written = 0,
                      Mark mark = Mark::none) {
  JsonReader reader;
  const Padded padded(body);
  const auto document = reader.read(padded.text());
  EXPECT_TRUE(document) << body;
  return document ? continued_body(*document, padded.text(), begun, written, mark) : "";
}

std::optional<std::string> text_in(const std::string& event) {
  JsonReader reader;
  const Padded padded(event);
  const auto document = reader.read_lenient(padded.text());
  EXPECT_TRUE(document) << event;
  return plain_text(*document);
}

std::optional<std::string> text_of_delta(const std::string& delta) {
  return text_in(R"({"choices":[{"index":0,"delta":)" + delta + R"(,"logprobs":null,"finish_reason":null}]})");
}

std::string identity(const std::string& event) {
  JsonReader reader;
  const Padded padded(event);
  return identity_of(*reader.read_lenient(padded.text()));
}

json adopted(const std::string& event, const std::string& identity = R"("id":"first",)",
             const std::optional<std::string>& text = {}, const core::Usage& usage = {}) {
  JsonReader reader;
  const Padded padded(event);
  const auto document = reader.read_lenient(padded.text());
  EXPECT_TRUE(document) << event;
  const auto made = adopted_event(*document, padded.text(), identity, text, usage);
  EXPECT_TRUE(json::accept(made)) << made;
  return json::parse(made);
}

}  // namespace

TEST(ContinuedBody, HasTheTextAsTheAssistantsLastMessage) {
  EXPECT_EQ(continued(R"({"model":"m","messages":[{"role":"user","content":"x"}],"n":1})"),
            R"({"model":"m","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"So"}],"n":1})");
}

TEST(ContinuedBody, KeepsOddSpacing) {
  EXPECT_EQ(continued("{ \"messages\" :\n [ {\"role\":\"user\"} \t] , \"x\":1e999}"),
            "{ \"messages\" :\n [ {\"role\":\"user\"} \t,{\"role\":\"assistant\",\"content\":\"So\"}] , \"x\":1e999}");
}

TEST(ContinuedBody, NeedsNoOtherMessage) {
  EXPECT_EQ(continued(R"({"messages":[]})"), R"({"messages":[{"role":"assistant","content":"So"}]})");
  EXPECT_EQ(continued("{\"messages\":[ \n ]}"), "{\"messages\":[ \n {\"role\":\"assistant\",\"content\":\"So\"}]}");
}

TEST(ContinuedBody, FindsMessagesByAnEscapedName) {
  EXPECT_EQ(continued(R"({"m\u0065ssages":[]})"), R"({"m\u0065ssages":[{"role":"assistant","content":"So"}]})");
}

TEST(ContinuedBody, IsNotMisledByBracketsInTexts) {
  const auto made =
      json::parse(continued(R"({"messages":[{"role":"user","content":"]}\"],[\\"}],"x":"\"messages\":[]"})"));
  EXPECT_EQ(made["messages"].size(), 2u);
  EXPECT_EQ(made["messages"][1]["content"], "So");
}

TEST(ContinuedBody, SaysAnyTextAsItWas) {
  for (const std::string text :
       {"\"quoted\" \\ back", "line\nline\ttab\r", "Grüße 🌍 \u2028", std::string("\x01\x1f\x7f\0z", 5).c_str()})
    EXPECT_EQ(json::parse(continued(R"({"messages":[]})", text))["messages"][0]["content"], text);
}

TEST(ContinuedBody, IsMarkedAsVendorsWantIt) {
  const auto last = [](Mark mark) {
    return json::parse(continued(R"({"messages":[{"role":"user"}]})", "So", 0, mark));
  };
  const json plain{{"role", "assistant"}, {"content", "So"}};
  EXPECT_EQ(last(Mark::none)["messages"][1], plain);
  EXPECT_EQ(last(Mark::prefix)["messages"][1], (json{{"role", "assistant"}, {"content", "So"}, {"prefix", true}}));
  EXPECT_EQ(last(Mark::partial)["messages"][1], (json{{"role", "assistant"}, {"content", "So"}, {"partial", true}}));
  const auto beside = last(Mark::final_message);
  EXPECT_EQ(beside["messages"][1], plain);
  EXPECT_EQ(beside["continue_final_message"], true);
  EXPECT_EQ(beside["add_generation_prompt"], false);
}

TEST(ContinuedBody, SaysNothingTwice) {
  EXPECT_EQ(
      continued(R"({"add_generation_prompt":true,"messages":[],"continue_final_message":null})", "So", 0,
                Mark::final_message),
      R"({"add_generation_prompt":false,"messages":[{"role":"assistant","content":"So"}],"continue_final_message":true})");
}

TEST(ContinuedBody, CountsWhatIsWrittenTowardsTheLimit) {
  const auto limits = [](const std::string& members, core::Tokens written) {
    return continued("{" + members + R"(,"messages":[]})", "So", written);
  };
  const std::string message = R"(,"messages":[{"role":"assistant","content":"So"}]})";
  EXPECT_EQ(limits(R"("max_tokens":100)", 40), R"({"max_tokens":60)" + message);
  EXPECT_EQ(limits(R"("max_completion_tokens": 100 )", 40), R"({"max_completion_tokens": 60 )" + message);
  EXPECT_EQ(limits(R"("max_tokens":40)", 40), R"({"max_tokens":1)" + message);
  EXPECT_EQ(limits(R"("max_tokens":40)", 400), R"({"max_tokens":1)" + message);
  EXPECT_EQ(limits(R"("max_tokens":null)", 40), R"({"max_tokens":null)" + message);
  EXPECT_EQ(limits(R"("max_tokens":1e2)", 40), R"({"max_tokens":1e2)" + message);
}

TEST(PlainText, IsWhatADeltaSays) {
  EXPECT_EQ(text_of_delta(R"({"content":"a"})"), "a");
  EXPECT_EQ(text_of_delta(R"({"role":"assistant","content":"\u00e9\n"})"), "é\n");
  EXPECT_EQ(text_of_delta(R"({"c\u006fntent":"a"})"), "a");
  EXPECT_EQ(text_of_delta(R"({"content":"a","refusal":null,"tool_calls":[],"obfuscation":"xyz"})"), "a");
}

TEST(PlainText, IsEmptyWhereNothingIsSaid) {
  for (const char* delta : {"{}", R"({"content":null})", R"({"content":""})", R"({"role":"assistant"})",
                            R"({"reasoning":"hm"})", R"({"reasoning_content":"hm","content":null})"})
    EXPECT_EQ(text_of_delta(delta), "") << delta;
  EXPECT_EQ(text_in(R"({"choices":[],"usage":{}})"), "");
  EXPECT_EQ(text_in(R"({"choices":[{"finish_reason":"stop"}]})"), "");
}

TEST(PlainText, IsNotWhatMoreThanTextShows) {
  for (const char* delta :
       {R"({"tool_calls":[{"index":0}]})", R"({"content":"a","tool_calls":[{"index":0}]})", R"({"refusal":"no"})",
        R"({"function_call":{"name":"f"}})", R"({"audio":{"id":"x"}})", R"({"content":[{"type":"text","text":"a"}]})",
        R"({"content":1})", R"({"annotations":[{}]})"})
    EXPECT_EQ(text_of_delta(delta), std::nullopt) << delta;
}

TEST(PlainText, IsOfTheOnlyAnswer) {
  EXPECT_EQ(text_in(R"({"choices":[{"index":1,"delta":{"content":"a"}}]})"), std::nullopt);
  EXPECT_EQ(text_in(R"({"choices":[{"delta":{"content":"a"}},{"delta":{}}]})"), std::nullopt);
  EXPECT_EQ(text_in(R"({"choices":[{"delta":{"content":"a"},"logprobs":{"content":[]}}]})"), std::nullopt);
}

TEST(AdoptedEvent, HasTheIdentityOfTheStream) {
  const auto first =
      identity(R"({"created": 1 ,"object":"o","id":"first","choices":[],"system_fingerprint":null,"model":"m\u0031"})");
  EXPECT_EQ(first, R"("id":"first","created":1,"model":"m\u0031","system_fingerprint":null,)");
  const auto made = adopted(
      R"({"id":"second","object":"o","created":2,"model":"other","system_fingerprint":"fp","choices":[],"x":1})",
      first);
  EXPECT_EQ(made, (json{{"id", "first"},
                        {"created", 1},
                        {"model", "m1"},
                        {"system_fingerprint", nullptr},
                        {"object", "o"},
                        {"choices", json::array()},
                        {"x", 1}}));
}

TEST(AdoptedEvent, SaysNoMoreThanTheStreamDid) {
  EXPECT_EQ(adopted(R"({"choices":[],"id":"second","model":"m"})"),
            (json{{"id", "first"}, {"choices", json::array()}}));
  EXPECT_EQ(adopted(R"({"choices":[]})"), (json{{"id", "first"}, {"choices", json::array()}}));
  EXPECT_EQ(adopted(R"({"id":"second","choices":[]})", ""), (json{{"choices", json::array()}}));
}

TEST(AdoptedEvent, TellsNoRole) {
  const auto without_role = [](const std::string& delta, const std::optional<std::string>& text = {}) {
    return adopted(R"({"choices":[{"index":0,"delta":)" + delta + "}]}", "", text)["choices"][0]["delta"];
  };
  EXPECT_EQ(without_role(R"({"role":"assistant"})"), json::object());
  EXPECT_EQ(without_role(R"({ "role" : "assistant" , "content":"a"})"), (json{{"content", "a"}}));
  EXPECT_EQ(without_role(R"({"content":"a","role":"assistant"})"), (json{{"content", "a"}}));
  EXPECT_EQ(without_role(R"({"content":"repeated, new","role":"assistant","x":1})", ", \"new\""),
            (json{{"content", ", \"new\""}, {"x", 1}}));
  EXPECT_EQ(without_role(R"({"content":null})", ""), (json{{"content", nullptr}}));
}

TEST(AdoptedEvent, TellsTheUsageOfAll) {
  core::Usage usage;
  usage.input = 10;
  usage.output = 4;
  const std::string event = R"({"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}})";
  EXPECT_EQ(adopted(event, "", {}, usage)["usage"],
            (json{{"prompt_tokens", 10}, {"completion_tokens", 4}, {"total_tokens", 14}}));
  usage.cache_read = 5;
  usage.reasoning = 2;
  EXPECT_EQ(adopted(event, "", {}, usage)["usage"], (json{{"prompt_tokens", 15},
                                                          {"completion_tokens", 6},
                                                          {"total_tokens", 21},
                                                          {"prompt_tokens_details", {{"cached_tokens", 5}}},
                                                          {"completion_tokens_details", {{"reasoning_tokens", 2}}}}));
  EXPECT_EQ(adopted(R"({"choices":[],"usage":null})", "", {}, usage)["usage"], nullptr);
  EXPECT_FALSE(adopted(R"({"choices":[]})", "", {}, usage).contains("usage"));
}

}  // namespace headgate::wire::openai
