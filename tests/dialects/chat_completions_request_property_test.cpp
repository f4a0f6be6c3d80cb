// Random requests: our own text loses nothing, and what is sent to a provider is what it publishes.
#include "chat_completions_support.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::chat_completions {
namespace {

class AnyRequest : public AnyConversation {
 public:
  using AnyConversation::AnyConversation;

  chat::Request request() {
    chat::Request r;
    r.model = name();
    r.stream = maybe();
    r.wants_usage = maybe();
    r.messages = messages();
    for (auto tools = below(3); tools > 0; --tools) r.tools.push_back(tool());
    add_wishes(r);
    add_numbers(r);
    add_about(r);
    return r;
  }

 private:
  double fraction() { return static_cast<double>(below(20)) / 10; }

  chat::Tool tool() {
    const bool custom = maybe();
    chat::Tool tool{name(), maybe() ? word() : "", maybe() ? "" : R"({"type":"object"})", {}, custom, mark()};
    if (custom && !tool.parameters.empty()) tool.parameters = R"({"type":"text"})";
    if (!custom && maybe()) tool.strict = maybe();
    return tool;
  }

  void add_wishes(chat::Request& r) {
    using Mode = chat::ToolChoice::Mode;
    if (maybe()) {
      r.tool_choice = chat::ToolChoice{static_cast<Mode>(below(3)), {}};
      if (r.tool_choice->mode != Mode::none)
        for (auto tools = below(3); tools > 0; --tools) r.tool_choice->only.push_back(name());
    }
    if (maybe()) r.parallel_tools = maybe();
    if (maybe()) r.format.emplace();
    if (r.format && maybe()) r.format = {R"({"type":"object"})", name(), maybe() ? word() : "", maybe()};
    if (!maybe()) return;
    r.thinking.emplace();
    if (maybe()) r.thinking->effort = static_cast<chat::Effort>(below(7));
    if (maybe()) r.thinking->budget = below(30'000);
    if (maybe()) r.thinking->shown = maybe();
    if (maybe()) r.thinking->summary = "concise";
  }

  void add_numbers(chat::Request& r) {
    if (maybe()) r.max_tokens = below(5000);
    if (maybe()) r.temperature = fraction();
    if (maybe()) r.top_p = fraction() / 2;
    if (maybe()) r.top_k = below(50);
    if (maybe()) r.answers = 1 + below(4);
    if (maybe()) r.seed = static_cast<std::int64_t>(below(1000)) - 500;
    if (maybe()) r.presence_penalty = fraction() - 1;
    if (maybe()) r.frequency_penalty = fraction() - 1;
    if (maybe()) r.logprobs = maybe();
    if (maybe()) r.top_logprobs = below(20);
    for (auto stops = below(3); stops > 0; --stops) r.stop.push_back(word());
  }

  void add_about(chat::Request& r) {
    if (maybe()) r.user = word();
    if (maybe()) r.metadata = {{word(), word()}, {"\"2\"", word()}};
    if (maybe()) r.service_tier = "flex";
    if (maybe()) r.cache_key = word();
    if (maybe()) r.verbosity = "low";
    if (maybe()) r.store = maybe();
    if (maybe()) r.extras.push_back({"logit_bias", R"({"50256":-100})"});
    if (maybe()) r.extras.push_back({"context_management", R"({"edits":[]})"});
    if (maybe()) r.extras.push_back({"tools[2]", R"({"type":"web_search","name":"w"})"});
    if (maybe()) r.extras.push_back({"thinking", "null"});
    if (maybe()) r.extras.push_back({"messages[1].content[0]", R"({"type":"\"odd\""})"});
  }
};

// OpenAI has no words for these.
void keep_to_what_openai_knows(chat::Request& r) {
  r.top_k.reset();
  r.extras.clear();
  for (auto& message : r.messages)
    for (auto& part : message.parts)
      if (part.value.index() >= 1 && part.value.index() <= 3) part = chat::text_part("shown");
  r.seed = r.seed ? std::optional<std::int64_t>(7) : std::nullopt;
  r.thinking = r.thinking && r.thinking->effort ? r.thinking : std::nullopt;
  if (r.metadata.size() > 1) r.metadata.pop_back();
  if (r.stop.empty()) r.stop.push_back("END");
}

}  // namespace

TEST(ChatCompletionsProperty, OurOwnTextLosesNothing) {
  AnyRequest any(20'261'123);
  for (int round = 0; round < 3000; ++round) {
    const auto request = any.request();
    const auto written = write_request(request, policy_words);
    ASSERT_TRUE(written) << written.error().message();
    EXPECT_TRUE(written->changed.empty());
    const auto read = request_of(written->body);
    ASSERT_TRUE(read) << read.error().message() << "\n" << written->body;
    ASSERT_EQ(*read == request, true) << written->body;
    EXPECT_EQ(write_request(*read, policy_words)->body, written->body);
  }
}

TEST(ChatCompletionsProperty, WhatIsSentIsWhatOpenAiPublishes) {
  AnyRequest any(7);
  test::Schemas schemas("openai");
  int written_whole = 0;
  for (int round = 0; round < 1000; ++round) {
    auto request = any.request();
    keep_to_what_openai_knows(request);
    const auto written = write_request(request, {});
    if (!written) continue;  // pictures that results or assistants cannot show
    ++written_whole;
    const auto complaints = schemas.complaints("CreateChatCompletionRequest", written->body);
    ASSERT_EQ(complaints, "");
  }
  EXPECT_GT(written_whole, 500);
}

TEST(ChatCompletionsProperty, AnyWordsAreWrittenAsSoundJson) {
  AnyRequest any(11);
  Words poor;
  poor.thinking = Words::Thinking::enable;
  poor.thoughts = Words::Thoughts::reasoning_details;
  poor.cache_marks = Words::CacheMarks::cache_control;
  poor.nine_letter_ids = poor.top_k = true;
  poor.custom_tools = poor.allowed_tools = poor.stream_options = poor.store = poor.metadata = false;
  poor.seed = "random_seed";
  for (int round = 0; round < 1000; ++round) {
    const auto written = write_request(any.request(), poor);
    if (!written) {
      EXPECT_EQ(written.error().code(), core::Code::capability_unavailable);
      EXPECT_FALSE(written.error().param().empty());
      continue;
    }
    EXPECT_TRUE(request_of(written->body)) << written->body;
  }
}

}  // namespace headgate::dialects::chat_completions
