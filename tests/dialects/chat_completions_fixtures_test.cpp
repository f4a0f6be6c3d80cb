// Every folder under tests/fixtures/chat_completions is one case and is found by itself. request.json is what a
// client asks and sent.json what a provider gets; answer.json and stream.sse are what a provider says and
// told.json what a client then gets; trouble.json says what is wrong with them instead.
#include <filesystem>
#include <fstream>

#include "chat_completions_support.hpp"
#include "headgate/wire/sse.hpp"
#include "support/schema.hpp"

namespace headgate::dialects::chat_completions {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string text_in(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> folders_with(const char* file) {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(HEADGATE_SOURCE_DIR "/tests/fixtures/chat_completions"))
    if (fs::exists(entry.path() / file)) found.push_back(entry.path());
  EXPECT_FALSE(found.empty());
  return found;
}

// A transport that hands out what it gets piece by piece.
class Listener {
 public:
  void feed(std::string_view piece) {
    pending_ += piece;
    wire::SseReader::Event event;
    for (auto status = sse_.next(pending_, event); status != wire::SseReader::Status::need_more;
         status = sse_.next(pending_, event)) {
      const PaddedText data(status == wire::SseReader::Status::event ? event.data : "");
      const std::string name(event.name);
      pending_.erase(0, event.consumed);
      if (status == wire::SseReader::Status::event) note(reader_->read(json_, name, data.text(), events_));
    }
  }

  core::Result<chat::Answer> end() {
    note(reader_->end(events_));
    chat::Assembly assembly;
    for (const auto& event : events_) note(assembly.add(event));
    if (trouble_) return *trouble_;
    EXPECT_TRUE(assembly.is_done());
    return assembly.answer();
  }

 private:
  void note(const core::Result<void>& result) {
    if (!result && !trouble_) trouble_ = result.error();
  }

  wire::SseReader sse_{1 << 20};
  wire::JsonReader json_;
  std::unique_ptr<EventReader> reader_ = make_event_reader();
  std::string pending_;
  chat::Events events_;
  std::optional<core::Error> trouble_;
};

void expect_told(const core::Result<chat::Answer>& answer, const fs::path& folder) {
  if (fs::exists(folder / "trouble.json")) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(json::parse(text_in(folder / "trouble.json"))["code"], core::traits(answer.error().code()).name);
    return;
  }
  ASSERT_TRUE(answer) << answer.error().detail();
  EXPECT_EQ(json::parse(text_of(*answer)), json::parse(text_in(folder / "told.json")));
}

}  // namespace

TEST(ChatCompletionsFixtures, RequestsReachTheProvider) {
  test::Schemas schemas("openai");
  for (const auto& folder : folders_with("request.json")) {
    SCOPED_TRACE(folder.filename());
    const auto request = request_of(text_in(folder / "request.json"));
    ASSERT_TRUE(request) << request.error().message();
    const auto written = write_request(*request, {});
    ASSERT_TRUE(written) << written.error().message();
    EXPECT_EQ(json::parse(written->body), json::parse(text_in(folder / "sent.json")));
    schemas.expect_valid("CreateChatCompletionRequest", written->body);
    const auto kept = write_request(*request, policy_words);
    EXPECT_TRUE(*request_of(kept->body) == *request) << kept->body;
  }
}

TEST(ChatCompletionsFixtures, AnswersReachTheClient) {
  for (const auto& folder : folders_with("answer.json")) {
    SCOPED_TRACE(folder.filename());
    expect_told(answer_of(text_in(folder / "answer.json")), folder);
  }
}

TEST(ChatCompletionsFixtures, StreamsReachTheClientHoweverTheyAreCut) {
  for (const auto& folder : folders_with("stream.sse")) {
    SCOPED_TRACE(folder.filename());
    const auto text = text_in(folder / "stream.sse");
    for (std::size_t cut = 0; cut < text.size() && !testing::Test::HasFailure(); ++cut) {
      Listener listener;
      listener.feed(std::string_view(text).substr(0, cut));
      listener.feed(std::string_view(text).substr(cut));
      expect_told(listener.end(), folder);
    }
    Listener listener;
    for (const char c : text) listener.feed({&c, 1});
    expect_told(listener.end(), folder);
  }
}

TEST(ChatCompletionsFixtures, NoDamageIsMoreThanAnError) {
  test::Random random(42);
  std::vector<std::string> texts;
  for (const auto* file : {"request.json", "answer.json", "stream.sse"})
    for (const auto& folder : folders_with(file)) texts.push_back(text_in(folder / file));
  int taken = 0;
  for (int round = 0; round < 5000; ++round) {
    auto text = texts[random.below(texts.size())];
    for (auto times = 1 + random.below(3); times > 0; --times)
      random.one_in(2) ? text.erase(random.below(text.size()), 1)
                       : text.insert(random.below(text.size()), 1, random.byte());
    if (const auto request = request_of(text)) {
      ++taken;
      EXPECT_TRUE(*request_of(write_request(*request, policy_words)->body) == *request) << text;
    }
    if (const auto answer = answer_of(text)) taken += text_of(*answer).empty() ? 0 : 1;
    Listener listener;
    listener.feed(text);
    (void)listener.end().has_value();
  }
  EXPECT_GT(taken, 100);
}

}  // namespace headgate::dialects::chat_completions
