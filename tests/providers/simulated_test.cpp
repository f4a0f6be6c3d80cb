#include "headgate/providers/simulated.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "headgate/wire/chunked.hpp"
#include "headgate/wire/http.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::providers {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using wire::Surface;

struct Ask {
  Surface surface = Surface::chat_completions;
  bool stream = false;
  std::uint64_t sequence = 0;
  core::Duration since_start{0};
  std::string body = R"({"model":"m"})";
  std::string upstream_model = "small \"quoted\"";
};

std::vector<SimulatedStep> run(const Simulation& simulation, const Ask& ask) {
  wire::openai::Request request;
  request.surface = ask.surface;
  request.stream = ask.stream;
  return simulate(simulation, {request, ask.body, ask.upstream_model, ask.sequence, ask.since_start, 1'790'000'000});
}

std::string bytes_of(const std::vector<SimulatedStep>& steps) {
  std::string bytes;
  for (const auto& step : steps) bytes += step.bytes;
  return bytes;
}

struct Answer {
  std::string head, body;
  int status() const { return std::stoi(head.substr(9, 3)); }
};

Answer answer(const std::vector<SimulatedStep>& steps) {
  const auto bytes = bytes_of(steps);
  const auto end = bytes.find("\r\n\r\n") + 4;
  EXPECT_EQ(wire::fault_in_response_head(std::string_view(bytes).substr(0, end)), "");
  return {bytes.substr(0, end), bytes.substr(end)};
}

json whole(const Simulation& simulation, const Ask& ask) {
  const auto reply = answer(run(simulation, ask));
  EXPECT_NE(reply.head.find("content-length: " + std::to_string(reply.body.size()) + "\r\n"), std::string::npos);
  return json::parse(reply.body);
}

std::string unchunked(std::string_view body) {
  wire::ChunkedDecoder decoder;
  std::string out;
  for (;;) {
    const auto step = decoder.step(body);
    out += step.payload;
    body.remove_prefix(step.consumed);
    if (step.status == wire::ChunkedDecoder::Status::payload) continue;
    EXPECT_EQ(step.status, wire::ChunkedDecoder::Status::done);
    EXPECT_TRUE(body.empty());
    return out;
  }
}

std::vector<std::string> events(const std::vector<SimulatedStep>& steps) {
  const auto text = unchunked(answer(steps).body);
  wire::SseReader reader(1 << 16);
  wire::SseReader::Event event;
  std::vector<std::string> out;
  for (std::string_view rest = text; reader.next(rest, event) == wire::SseReader::Status::event;
       rest.remove_prefix(event.consumed)) {
    EXPECT_TRUE(event.canonical);
    out.emplace_back(event.data);
  }
  return out;
}

bool fails(const Simulation& simulation, std::uint64_t sequence) {
  Ask ask;
  ask.sequence = sequence;
  return answer(run(simulation, ask)).status() != 200;
}

}  // namespace

TEST(Simulated, GivesTheSameAnswerForTheSameArguments) {
  Simulation simulation;
  simulation.error_rate = 0.5;
  for (const bool stream : {false, true}) {
    for (std::uint64_t sequence = 0; sequence < 20; ++sequence) {
      const Ask ask{Surface::chat_completions, stream, sequence};
      EXPECT_EQ(bytes_of(run(simulation, ask)), bytes_of(run(simulation, ask)));
    }
  }
}

TEST(Simulated, AnswersDifferInTheirIds) {
  EXPECT_NE(whole({}, {.sequence = 1})["id"], whole({}, {.sequence = 2})["id"]);
}

TEST(Simulated, CompletesAChat) {
  Simulation simulation;
  simulation.tokens = 3;
  const auto reply = whole(simulation, {});
  EXPECT_EQ(reply["object"], "chat.completion");
  EXPECT_EQ(reply["model"], "small \"quoted\"");
  EXPECT_EQ(reply["created"], 1'790'000'000);
  EXPECT_EQ(reply["choices"][0]["message"]["content"], "This answer comes");
  EXPECT_EQ(reply["choices"][0]["finish_reason"], "stop");
  EXPECT_EQ(reply["usage"]["completion_tokens"], 3);
}

TEST(Simulated, CompletesText) {
  const auto reply = whole({}, {.surface = Surface::completions});
  EXPECT_EQ(reply["object"], "text_completion");
  EXPECT_TRUE(reply["choices"][0]["text"].is_string());
}

TEST(Simulated, EmbedsTheSameTextAlike) {
  const Ask first{.surface = Surface::embeddings, .body = R"({"input":"a"})"};
  auto second = first;
  second.sequence = 9;
  const auto vector = [](const Ask& ask) { return whole({}, ask)["data"][0]["embedding"]; };
  EXPECT_EQ(vector(first), vector(second));
  second.body = R"({"input":"b"})";
  EXPECT_NE(vector(first), vector(second));
  double norm = 0;
  for (const double number : vector(first)) norm += number * number;
  EXPECT_NEAR(norm, 1, 1e-4);
}

TEST(Simulated, StreamsWhatItWouldHaveAnswered) {
  for (const auto surface : {Surface::chat_completions, Surface::completions}) {
    const bool chat = surface == Surface::chat_completions;
    const auto said = events(run({}, {.surface = surface, .stream = true}));
    const auto expected = whole({}, {.surface = surface})["choices"][0];
    std::string text;
    for (const auto& event : said) {
      if (event == "[DONE]") continue;
      const auto chunk = json::parse(event);
      for (const auto& choice : chunk["choices"])
        text += chat ? choice["delta"].value("content", "") : choice["text"].get<std::string>();
    }
    EXPECT_EQ(text, chat ? expected["message"]["content"] : expected["text"]);
    ASSERT_GE(said.size(), 3u);
    EXPECT_EQ(said.back(), "[DONE]");
    EXPECT_EQ(json::parse(said[said.size() - 2])["usage"]["completion_tokens"], 24);
    EXPECT_EQ(json::parse(said[said.size() - 3])["choices"][0]["finish_reason"], "stop");
  }
}

TEST(Simulated, StreamsAtItsPace) {
  Simulation simulation;
  simulation.latency = 70ms;
  simulation.token_interval = 5ms;
  simulation.tokens = 10;
  core::milliseconds total{0};
  const auto steps = run(simulation, {.stream = true});
  EXPECT_EQ(steps.front().after, 70ms);
  for (const auto& step : steps) total += step.after;
  EXPECT_EQ(total, 70ms + 9 * 5ms);
}

TEST(Simulated, AnswersWithoutAnyToken) {
  Simulation simulation;
  simulation.tokens = 0;
  EXPECT_EQ(whole(simulation, {})["choices"][0]["message"]["content"], "");
  EXPECT_EQ(events(run(simulation, {.stream = true})).size(), 3u);
}

TEST(Simulated, FailsTheConfiguredShareOfRequests) {
  Simulation simulation;
  simulation.error_rate = 0.3;
  int failed = 0;
  for (std::uint64_t sequence = 0; sequence < 10'000; ++sequence) failed += fails(simulation, sequence);
  EXPECT_NEAR(failed, 3000, 200);  // four deviations
}

TEST(Simulated, FailsNeverOrAlwaysWhenToldSo) {
  Simulation never, always;
  always.error_rate = 1;
  for (std::uint64_t sequence = 0; sequence < 1000; ++sequence) {
    EXPECT_FALSE(fails(never, sequence));
    EXPECT_TRUE(fails(always, sequence));
  }
}

TEST(Simulated, FailsOtherRequestsUnderAnotherSeed) {
  Simulation first, second;
  first.error_rate = second.error_rate = 0.5;
  second.seed = 2;
  int different = 0;
  for (std::uint64_t sequence = 0; sequence < 1000; ++sequence)
    different += fails(first, sequence) != fails(second, sequence);
  EXPECT_NEAR(different, 500, 100);
}

TEST(Simulated, FailsWithTheScriptedStatusAndAnErrorObject) {
  Simulation simulation;
  simulation.error_rate = 1;
  simulation.error_status = 429;
  const auto reply = answer(run(simulation, {.stream = true}));
  EXPECT_EQ(reply.status(), 429);
  EXPECT_EQ(json::parse(reply.body)["error"]["code"], "simulated");
}

TEST(Simulated, BreaksTheConnectionDuringAnOutage) {
  Simulation simulation;
  simulation.outage_every = 60s;
  simulation.outage_for = 10s;
  const auto out = [&](core::Duration at) {
    const auto steps = run(simulation, {.since_start = at});
    return steps.size() == 1 && steps.front().bytes.empty();
  };
  EXPECT_FALSE(out(0s));
  EXPECT_FALSE(out(59s));
  EXPECT_TRUE(out(60s));
  EXPECT_TRUE(out(69s));
  EXPECT_FALSE(out(70s));
  EXPECT_FALSE(out(119s));
  EXPECT_TRUE(out(120s));
}

}  // namespace headgate::providers
