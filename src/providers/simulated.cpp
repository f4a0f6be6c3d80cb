#include "headgate/providers/simulated.hpp"

#include <fmt/format.h>

#include <cmath>

namespace headgate::providers {
namespace {

using wire::Surface;

constexpr std::string_view words[] = {"This",     "answer", "comes",     "from",  "a",       "simulated",
                                      "provider", "inside", "Headgate:", "no",    "network", "was",
                                      "used",     "and",    "no",        "money", "spent."};
constexpr std::size_t embedding_size = 8;

// SplitMix64: well-mixed bits from a counter.
std::uint64_t mix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ull;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
  return x ^ (x >> 31);
}

double share_of(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

bool in_outage(const Simulation& simulation, core::Duration since_start) {
  if (simulation.outage_every.count() <= 0) return false;
  const auto phase = since_start % core::Duration(simulation.outage_every);
  return since_start >= simulation.outage_every && phase < simulation.outage_for;
}

std::string whole(int status, std::string_view reason, std::string_view body) {
  return fmt::format("HTTP/1.1 {} {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{}", status, reason,
                     body.size(), body);
}

std::string chunk(std::string_view data) { return fmt::format("{:x}\r\ndata: {}\n\n\r\n", data.size() + 8, data); }

struct Writer {
  const Simulation& simulation;
  const SimulatedRequest& asked;
  std::string id, model;

  std::string word(unsigned i) const { return (i == 0 ? "" : " ") + std::string(words[i % std::size(words)]); }
  std::size_t prompt_tokens() const { return asked.body.size() / 4 + 1; }  // a simulation's idea of a token

  std::string usage() const {
    return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{}}})", prompt_tokens(),
                       simulation.tokens, prompt_tokens() + simulation.tokens);
  }

  std::string completion() const {
    std::string text;
    for (unsigned i = 0; i < simulation.tokens; ++i) text += word(i);
    if (asked.request.surface == Surface::completions)
      return fmt::format(
          R"({{"id":"{}","object":"text_completion","created":{},"model":{},"choices":[{{"index":0,"text":"{}","logprobs":null,"finish_reason":"stop"}}],"usage":{}}})",
          id, asked.created, model, text, usage());
    return fmt::format(
        R"({{"id":"{}","object":"chat.completion","created":{},"model":{},"choices":[{{"index":0,"message":{{"role":"assistant","content":"{}","refusal":null}},"logprobs":null,"finish_reason":"stop"}}],"usage":{}}})",
        id, asked.created, model, text, usage());
  }

  // The same text always has the same vector, of length one.
  std::string embedding() const {
    std::uint64_t seed = simulation.seed;
    for (const char c : asked.body) seed = mix(seed ^ static_cast<unsigned char>(c));
    double numbers[embedding_size], norm = 0;
    for (auto& number : numbers) {
      number = share_of(seed = mix(seed)) * 2 - 1;
      norm += number * number;
    }
    std::string vector;
    for (const double number : numbers)
      vector += fmt::format("{}{:.6f}", vector.empty() ? "" : ",", number / std::sqrt(norm));
    return fmt::format(
        R"({{"object":"list","data":[{{"object":"embedding","index":0,"embedding":[{}]}}],"model":{},"usage":{{"prompt_tokens":{},"total_tokens":{}}}}})",
        vector, model, prompt_tokens(), prompt_tokens());
  }

  std::string piece(std::string_view delta, std::string_view finish) const {
    if (asked.request.surface == Surface::completions)
      return fmt::format(
          R"({{"id":"{}","object":"text_completion","created":{},"model":{},"choices":[{{"index":0,"text":"{}","logprobs":null,"finish_reason":{}}}]}})",
          id, asked.created, model, delta, finish);
    const std::string content = finish == "null" ? fmt::format(R"({{"content":"{}"}})", delta) : "{}";
    return fmt::format(
        R"({{"id":"{}","object":"chat.completion.chunk","created":{},"model":{},"choices":[{{"index":0,"delta":{},"logprobs":null,"finish_reason":{}}}]}})",
        id, asked.created, model, content, finish);
  }

  std::vector<SimulatedStep> stream() const {
    std::vector<SimulatedStep> steps;
    steps.push_back({simulation.latency,
                     "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"});
    for (unsigned i = 0; i < simulation.tokens; ++i)
      steps.push_back({i == 0 ? core::milliseconds(0) : simulation.token_interval, chunk(piece(word(i), "null"))});
    const std::string last =
        fmt::format(R"({{"id":"{}","object":"{}","created":{},"model":{},"choices":[],"usage":{}}})", id,
                    asked.request.surface == Surface::completions ? "text_completion" : "chat.completion.chunk",
                    asked.created, model, usage());
    steps.push_back(
        {core::milliseconds(0), chunk(piece("", R"("stop")")) + chunk(last) + chunk("[DONE]") + "0\r\n\r\n"});
    return steps;
  }
};

}  // namespace

std::vector<SimulatedStep> simulate(const Simulation& simulation, const SimulatedRequest& asked) {
  if (in_outage(simulation, asked.since_start)) return {{core::milliseconds(0), ""}};
  const auto draw = mix(simulation.seed * 0x10001ull + asked.sequence);
  if (share_of(draw) < simulation.error_rate)
    return {
        {simulation.latency,
         whole(simulation.error_status, "Error",
               R"({"error":{"message":"A scripted error.","type":"server_error","param":null,"code":"simulated"}})")}};
  Writer writer{simulation, asked, fmt::format("chatcmpl-sim{:016x}", draw), {}};
  wire::append_json_string(writer.model, asked.upstream_model);
  if (asked.request.surface == Surface::embeddings) return {{simulation.latency, whole(200, "OK", writer.embedding())}};
  if (asked.request.stream) return writer.stream();
  return {{simulation.latency, whole(200, "OK", writer.completion())}};
}

}  // namespace headgate::providers
