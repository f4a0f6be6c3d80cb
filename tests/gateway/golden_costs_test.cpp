// What each streamed fixture costs, from the provider's bytes to dollars: its dialect's reader, the classes of tokens,
// a price of the catalog. Every figure was worked out by hand; its arithmetic stands beside it, in millionths of a
// dollar, as prices are dollars per million tokens.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "headgate/catalog/catalog.hpp"
#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/responses.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::gateway {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Reads events into pieces and puts those together.
class Hearing {
 public:
  explicit Hearing(std::unique_ptr<dialects::EventReader> reader) : reader_(std::move(reader)) {}

  void hear(std::string_view name, std::string_view data) {
    std::string padded(data);
    padded.append(wire::json_padding, '\0');
    sound_ = sound_ && reader_->read(json_, name, std::string_view(padded).substr(0, data.size()), events_);
  }

  // Nothing for what broke off or ended with an error.
  std::optional<core::Usage> usage() {
    if (!sound_ || !reader_->end(events_)) return {};
    chat::Assembly assembly;
    for (const auto& event : events_)
      if (!assembly.add(event)) return {};
    return assembly.answer().usage;
  }

 private:
  std::unique_ptr<dialects::EventReader> reader_;
  wire::JsonReader json_;
  chat::Events events_;
  bool sound_ = true;
};

void hear_sse(Hearing& hearing, std::string_view stream) {
  wire::SseReader sse(1 << 20);
  for (wire::SseReader::Event event;;) {
    const auto status = sse.next(stream, event);
    if (status == wire::SseReader::Status::event) hearing.hear(event.name, event.data);
    if (status == wire::SseReader::Status::need_more || status == wire::SseReader::Status::too_large) return;
    stream.remove_prefix(event.consumed);
  }
}

// Lines of ["name", {...}].
void hear_lines(Hearing& hearing, const std::string& lines) {
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    const auto name_end = line.find('"', 2), data = line.find('{');
    if (line.starts_with("[\"") && data != line.npos)
      hearing.hear(line.substr(2, name_end - 2), line.substr(data, line.rfind(']') - data));
  }
}

std::unique_ptr<dialects::EventReader> reader_of(const std::string& dialect) {
  if (dialect == "anthropic") return dialects::anthropic::make_event_reader();
  if (dialect == "bedrock") return dialects::bedrock::make_event_reader();
  if (dialect == "chat_completions") return dialects::chat_completions::make_event_reader();
  if (dialect == "gemini") return dialects::gemini::make_event_reader();
  return dialects::responses::make_event_reader();
}

std::optional<core::Usage> usage_of(const std::string& dialect, const std::string& name) {
  const auto folder = fs::path(HEADGATE_SOURCE_DIR) / "tests/fixtures" / dialect / name;
  Hearing hearing(reader_of(dialect));
  if (dialect == "bedrock")
    hear_lines(hearing, content_of(folder / "events.jsonl"));
  else
    hear_sse(hearing, content_of(folder / "stream.sse"));
  return hearing.usage();
}

catalog::Price price_of(const std::string& model) {
  constexpr std::string_view rows =
      R"({"vendor":"v","model":"anthropic","price":{"input":"3","output":"15","cache_read":"0.3","cache_write":"3.75"}}
{"vendor":"v","model":"bedrock","price":{"input":"0.8","output":"3.2","cache_read":"0.2"}}
{"vendor":"v","model":"chat_completions","price":{"input":"2.5","output":"10","cache_read":"1.25"}}
{"vendor":"v","model":"gemini","price":{"input":"1.25","output":"10","cache_read":"0.125"}}
{"vendor":"v","model":"responses","price":{"input":"2.5","output":"10","cache_read":"1.25","cache_write":"3.125"}}
{"vendor":"v","model":"thinks_dearly","price":{"input":"0.4","output":"1.2","reasoning":"4"}}
{"vendor":"v","model":"tiered","price":{"input":"1.25","output":"10","cache_read":"0.125","tiers":[{"above":1000,"input":"2.5","output":"15","cache_read":"0.25"},{"above":5000,"input":"9"}]}}
)";
  const catalog::Text text{"golden.jsonl", std::string(rows)};
  const auto catalog = catalog::Catalog::read({&text, 1});
  EXPECT_TRUE(catalog) << catalog.error().message();
  return catalog->find("v", model)->price.value();
}

std::string cost_of(const std::string& dialect, const std::string& name, const std::string& model) {
  const auto usage = usage_of(dialect, name);
  if (!usage || !usage->known()) return "-";
  const auto cost = price_of(model).cost(*usage);
  return cost ? cost->to_string() : "unknown";
}

const std::map<std::string, std::map<std::string, std::string>>& figures() {
  static const std::map<std::string, std::map<std::string, std::string>> all{
      {"anthropic",
       {{"cached", "0.0032316"},         // 176 x 3 + 512 x 0.3 + 512 x 3.75 + 42 x 15 = 528 + 153.6 + 1920 + 630
        {"length", "0.000066"},          // 12 x 3 + 2 x 15
        {"parallel_tools", "0.000936"},  // 12 x 3 + 60 x 15
        {"plain", "0.000111"},           // 12 x 3 + 5 x 15
        {"refusal", "0.000141"},         // 12 x 3 + 7 x 15
        {"stop_sequence", "0.000111"},   // 12 x 3 + 5 x 15
        {"thinking", "0.000666"},        // 12 x 3 + 22 x 15 + 20 thought x 15
        {"tool", "0.000666"}}},          // 12 x 3 + 42 x 15
      {"bedrock",
       {{"stream", "0.0000256"},  // 12 x 0.8 + 5 x 3.2 = 9.6 + 16
        {"stream-cut", "-"},
        {"stream-error", "-"},
        {"stream-reasoning", "0.000519"},     // 16 x 0.8 + 2387 x 0.2 + 9 x 3.2 = 12.8 + 477.4 + 28.8
        {"stream-server-tool", "0.0000256"},  // as `stream`
        {"stream-tools", "0.0000256"}}},      // as `stream`
      {"chat_completions",
       {{"broken-off", "-"},
        {"error-in-200", "-"},
        {"length", "-"},  // nobody counted
        {"reasoning-signature", "-"},
        {"refusal", "-"},
        {"stream", "0.00012"},                         // 12 x 2.5 + 9 x 10
        {"stream-crlf-and-comments", "0.00012"},       // 12 x 2.5 + 9 x 10
        {"stream-parallel-tools", "0.000195"},         // 30 x 2.5 + 12 x 10
        {"stream-reasoning", "0.0001025"},             // 5 x 2.5 + 2 x 10 + 7 thought x 10: told apart from the output
        {"stream-tools-without-index", "0.000195"}}},  // 30 x 2.5 + 12 x 10
      {"gemini",
       {{"blocked", "0.00001"},  // 8 x 1.25, and nothing was said
        {"cached_usage",
         "0.0004505"},                 // (1200 - 1024 + 10 of a tool) x 1.25 + 1024 x 0.125 + 9 x 10 = 232.5 + 128 + 90
        {"candidates", "0.00004625"},  // 5 x 1.25 + 4 x 10
        {"json_schema", "0.00006125"},   // 9 x 1.25 + 5 x 10
        {"length", "0.00003"},           // 8 x 1.25 + 2 x 10
        {"parallel_tools", "0.000205"},  // 20 x 1.25 + 18 x 10
        {"plain", "0.000085"},           // 12 x 1.25 + 7 x 10
        {"provider_error", "-"},
        {"rate_limit", "-"},
        {"reasoning", "0.00051875"},    // 7 x 1.25 + 6 x 10 + 45 thought x 10
        {"refusal", "0.00003"},         // 8 x 1.25 + 2 x 10
        {"tool_results", "0.0001725"},  // 90 x 1.25 + 6 x 10
        {"tools", "0.000225"}}},        // 20 x 1.25 + 8 x 10 + 12 thought x 10
      {"responses",
       {{"cached_usage",
         "0.00185"},  // (1200 - 1024 - 128) x 2.5 + 1024 x 1.25 + 128 x 3.125 + 5 x 10 = 120 + 1280 + 400 + 50
        {"error_event", "-"},
        {"image", "0.00229"},          // 900 x 2.5 + 4 x 10
        {"json_schema", "0.000145"},   // 30 x 2.5 + 7 x 10
        {"length", "0.00019"},         // 12 x 2.5 + 16 x 10
        {"parallel_tools", "0.0007"},  // 40 x 2.5 + 60 x 10
        {"plain", "0.00012"},          // 12 x 2.5 + 9 x 10
        {"provider_error", "-"},
        {"reasoning", "0.0009"},      // 40 x 2.5 + (80 - 64) x 10 + 64 thought x 10
        {"refusal", "0.00012"},       // 20 x 2.5 + 7 x 10
        {"tool_results", "0.00029"},  // 80 x 2.5 + 9 x 10
        {"tools", "0.00031"}}}};      // 40 x 2.5 + 21 x 10
  return all;
}

TEST(GoldenCosts, AreTheSumsWorkedOutByHand) {
  for (const auto& [dialect, costs] : figures())
    for (const auto& [name, cost] : costs) EXPECT_EQ(cost_of(dialect, name, dialect), cost) << dialect << ' ' << name;
}

TEST(GoldenCosts, LeaveNoStreamedFixtureOut) {
  for (const auto& [dialect, costs] : figures())
    for (const auto& one : fs::directory_iterator(fs::path(HEADGATE_SOURCE_DIR) / "tests/fixtures" / dialect)) {
      const bool streamed = fs::exists(one.path() / "stream.sse") || fs::exists(one.path() / "events.jsonl");
      EXPECT_EQ(costs.contains(one.path().filename().string()), streamed) << one.path();
    }
}

TEST(GoldenCosts, ThinkAtAPriceOfItsOwn) {
  // 40 x 0.4 + (80 - 64) x 1.2 + 64 thought x 4 = 16 + 19.2 + 256
  EXPECT_EQ(cost_of("responses", "reasoning", "thinks_dearly"), "0.0002912");
  // 12 x 0.4 + 22 x 1.2 + 20 thought x 4 = 4.8 + 26.4 + 80
  EXPECT_EQ(cost_of("anthropic", "thinking", "thinks_dearly"), "0.0001112");
  // 7 x 0.4 + 6 x 1.2 + 45 thought x 4 = 2.8 + 7.2 + 180
  EXPECT_EQ(cost_of("gemini", "reasoning", "thinks_dearly"), "0.00019");
}

TEST(GoldenCosts, RiseWithTheLengthOfAllInput) {
  // 1210 of input, cached ones included, are above 1000: 186 x 2.5 + 1024 x 0.25 + 9 x 15 = 465 + 256 + 135
  EXPECT_EQ(cost_of("gemini", "cached_usage", "tiered"), "0.000856");
  // 1200: (1024 cached, 128 written at the price of input): 48 x 2.5 + 1024 x 0.25 + 128 x 2.5 + 5 x 15
  // = 120 + 256 + 320 + 75
  EXPECT_EQ(cost_of("responses", "cached_usage", "tiered"), "0.000771");
  // 900 are not: 900 x 1.25 + 4 x 10
  EXPECT_EQ(cost_of("responses", "image", "tiered"), "0.001165");
}

}  // namespace
}  // namespace headgate::gateway
