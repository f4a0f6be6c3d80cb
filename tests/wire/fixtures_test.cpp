// Every folder under tests/fixtures/openai is one exchange with a provider: the client's request, what
// must reach the provider, what came back, and what must be read in it. A new folder is found by itself.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "headgate/wire/openai.hpp"
#include "headgate/wire/sse.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const fs::path fixtures = fs::path(HEADGATE_SOURCE_DIR) / "tests/fixtures/openai";

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Surface surface_of(const json& expected) {
  for (const auto surface : {Surface::chat_completions, Surface::completions, Surface::embeddings})
    if (expected["surface"] == name_of(surface)) return surface;
  throw std::runtime_error("unknown surface");
}

std::string_view name_of(StreamEvent::Kind kind) {
  switch (kind) {
    case StreamEvent::Kind::preamble: return "preamble";
    case StreamEvent::Kind::content: return "content";
    case StreamEvent::Kind::usage_only: return "usage_only";
    case StreamEvent::Kind::done: return "done";
    case StreamEvent::Kind::error: return "error";
    case StreamEvent::Kind::malformed: return "malformed";
  }
  return {};
}

json as_json(const core::Usage& usage) {
  json out = json::object();
  if (usage.input) out["input"] = *usage.input;
  if (usage.cache_read) out["cache_read"] = *usage.cache_read;
  if (usage.output) out["output"] = *usage.output;
  if (usage.reasoning) out["reasoning"] = *usage.reasoning;
  return out;
}

json as_json(const core::Error& error) {
  static constexpr const char* faults[] = {"client", "gateway", "provider"};
  static constexpr const char* retries[] = {"never", "same_target", "next_target"};
  return {{"code", core::traits(error.code()).name},
          {"name", error.name()},
          {"status", error.status()},
          {"fault", faults[static_cast<int>(error.fault())]},
          {"retry", retries[static_cast<int>(error.retry())]}};
}

struct Case {
  fs::path folder;
  json expected;
};

std::vector<Case> cases_with(const char* file) {
  std::vector<Case> cases;
  for (const auto& entry : fs::directory_iterator(fixtures))
    if (fs::exists(entry.path() / file))
      cases.push_back({entry.path(), json::parse(text_of(entry.path() / "expect.json"))});
  EXPECT_FALSE(cases.empty());
  return cases;
}

struct Streamed {
  json kinds = json::array();
  json usage = json::object();
  std::string text;
};

Streamed read_stream(const Pieces& pieces) {
  JsonReader json_reader;
  SseReader reader(1 << 16);
  SseReader::Event event;
  Streamed streamed;
  std::string pending;
  for (const auto& piece : pieces) {
    pending += piece;
    for (SseReader::Status status; (status = reader.next(pending, event)) != SseReader::Status::need_more;
         pending.erase(0, event.consumed)) {
      if (status != SseReader::Status::event) continue;
      const Padded data(event.data);
      const auto read = read_stream_event(json_reader, Surface::chat_completions, data.text());
      streamed.kinds.push_back(name_of(read.kind));
      streamed.usage.update(as_json(read.usage));
      if (read.kind != StreamEvent::Kind::content) continue;
      const auto delta = json::parse(data.text())["choices"][0]["delta"];
      if (delta.contains("content") && delta["content"].is_string())
        streamed.text += delta["content"].get<std::string>();
    }
  }
  EXPECT_TRUE(pending.empty());
  return streamed;
}

}  // namespace

TEST(Fixtures, CoverWhatADialectMustShow) {
  for (const char* name : {"plain", "stream", "tools", "parallel-tools", "image", "structured-output", "provider-error",
                           "rate-limit", "cached-usage"})
    EXPECT_TRUE(fs::is_directory(fixtures / name)) << name;
}

TEST(Fixtures, RequestsReachTheProviderByteForByte) {
  for (const auto& [folder, expected] : cases_with("request.json")) {
    SCOPED_TRACE(folder);
    JsonReader reader;
    const Padded body(text_of(folder / "request.json"));
    const auto request = read_request(reader, surface_of(expected), body.text());
    ASSERT_TRUE(request) << request.error().message();
    EXPECT_EQ(request->stream, expected.contains("stream"));
    EXPECT_EQ(request->wants_usage, expected.value("wants_usage", false));
    EXPECT_EQ(request->has_tools, expected.value("has_tools", false));
    EXPECT_EQ(request->wants_base64, expected.value("wants_base64", false));
    EXPECT_EQ(json(request->fallback_models), expected.value("fallback_models", json::array()));
    std::array<std::string_view, Spliced::max_pieces> pieces;
    std::string forwarded;
    const auto spliced = forwarded_body(*request, body.text(), R"("upstream-model")",
                                        request->stream ? StreamOptions::ask_for_usage : StreamOptions::keep);
    for (std::size_t i = 0, count = spliced.pieces(pieces); i < count; ++i) forwarded += pieces[i];
    EXPECT_EQ(forwarded, text_of(folder / "forwarded.json"));
  }
}

TEST(Fixtures, AnswersAreRead) {
  for (const auto& [folder, expected] : cases_with("response.json")) {
    SCOPED_TRACE(folder);
    JsonReader reader;
    const Padded body(text_of(folder / "response.json"));
    if (expected["status"] != 200) {
      EXPECT_EQ(as_json(read_error(reader, expected["status"], body.text())), expected["error"]);
      continue;
    }
    const auto reply = check_reply(reader, surface_of(expected), body.text());
    ASSERT_EQ(reply.has_value(), !expected.contains("error"));
    if (!reply) {
      EXPECT_EQ(as_json(reply.error()), expected["error"]);
      continue;
    }
    EXPECT_EQ(as_json(reply->usage), expected["usage"]);
    if (!expected.contains("base64")) continue;
    const auto encoded = json::parse(*embeddings_as_base64(reader, body.text()));
    EXPECT_EQ(encoded["data"][0]["embedding"], expected["base64"][0]);
  }
}

TEST(Fixtures, StreamsAreReadTheSameUnderEverySplit) {
  for (const auto& [folder, expected] : cases_with("response.sse")) {
    SCOPED_TRACE(folder);
    for (const auto& pieces : every_split(text_of(folder / "response.sse"))) {
      const auto streamed = read_stream(pieces);
      ASSERT_EQ(streamed.kinds, expected["stream"]);
      ASSERT_EQ(streamed.text, expected["text"]);
      ASSERT_EQ(streamed.usage, expected["usage"]);
    }
  }
}

}  // namespace headgate::wire::openai
