// What Prometheus reads, held against its text format 0.0.4 and the naming rules promtool checks.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "headgate/metrics/metrics.hpp"

namespace headgate::metrics {
namespace {

using namespace std::chrono_literals;

constexpr double bounds[] = {0.005, 0.1, 1};

void fill(Registry& registry) {
  registry.counter("headgate_http_requests_total", "Requests answered.", {{"surface", "chat"}, {"code", "200"}}).add(3);
  registry.counter("headgate_http_requests_total", "Requests answered.", {{"surface", "chat"}, {"code", "404"}}).add();
  registry.gauge("headgate_requests_in_flight", "Requests being answered.").set(2);
  auto& histogram = registry.histogram("headgate_request_duration_seconds", "From head to last byte.", bounds);
  for (const auto duration : {4ms, 50ms, 60ms, 5000ms}) histogram.observe(duration);
}

constexpr const char* golden = R"(# HELP headgate_http_requests_total Requests answered.
# TYPE headgate_http_requests_total counter
headgate_http_requests_total{surface="chat",code="200"} 3
headgate_http_requests_total{surface="chat",code="404"} 1
# HELP headgate_requests_in_flight Requests being answered.
# TYPE headgate_requests_in_flight gauge
headgate_requests_in_flight 2
# HELP headgate_request_duration_seconds From head to last byte.
# TYPE headgate_request_duration_seconds histogram
headgate_request_duration_seconds_count 4
headgate_request_duration_seconds_sum 5.114
headgate_request_duration_seconds_bucket{le="0.005"} 1
headgate_request_duration_seconds_bucket{le="0.1"} 3
headgate_request_duration_seconds_bucket{le="1"} 3
headgate_request_duration_seconds_bucket{le="+Inf"} 4
)";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool ends_with_any(const std::string& name, const std::vector<std::string>& ends) {
  for (const auto& end : ends)
    if (name.ends_with(end)) return true;
  return false;
}

// The first thing promtool would object to.
std::string objection(const std::string& text) {
  static const std::regex comment("# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)");
  static const std::regex sample(
      R"re(([a-zA-Z_:][a-zA-Z0-9_:]*)(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\.)*",?)+\})? \S+)re");
  std::set<std::string> helped, samples;
  std::map<std::string, std::string> types;
  std::string family;
  for (const auto& line : lines_of(text)) {
    std::smatch match;
    if (std::regex_match(line, match, comment)) {
      family = match[2];
      const bool fresh = match[1] == "HELP" ? helped.insert(family).second : types.emplace(family, match[3]).second;
      if (!fresh) return "twice: " + line;
      if (match[1] == "TYPE" && (match[3] == "counter") != family.ends_with("_total"))
        return "_total is for counters: " + line;
      if (ends_with_any(family, {"_ms", "_milliseconds", "_minutes", "_kilobytes", "_percent"}))
        return "no base unit: " + line;
      continue;
    }
    if (!std::regex_match(line, match, sample)) return "no sample: " + line;
    const std::string name = match[1];
    if (!name.starts_with(family)) return "outside its family: " + line;
    if (!helped.contains(family) || !types.contains(family)) return "without HELP or TYPE: " + line;
    if (!samples.insert(line.substr(0, line.rfind(' '))).second) return "sample twice: " + line;
  }
  return {};
}

}  // namespace

TEST(Exposition, IsPrometheusText) {
  Registry registry;
  fill(registry);
  EXPECT_EQ(registry.expose(), golden);
}

TEST(Exposition, HasNothingThatPromtoolWouldObjectTo) {
  Registry registry;
  fill(registry);
  for (int i = 0; i < 1500; ++i)
    registry.counter("headgate_upstream_attempts_total", "Attempts.", {{"model", "m" + std::to_string(i)}}).add();
  EXPECT_EQ(objection(registry.expose()), "");
}

TEST(Exposition, EscapesLabelValues) {
  Registry registry;
  registry.counter("headgate_requests_total", "Requests.", {{"model", "a\"b\\c\nd"}}).add();
  EXPECT_NE(registry.expose().find(R"({model="a\"b\\c\nd"} 1)"), std::string::npos) << registry.expose();
}

TEST(Exposition, KeepsTheFirstHelpText) {
  Registry registry;
  registry.gauge("headgate_gauge", "First.");
  registry.gauge("headgate_gauge", "Second.");
  EXPECT_EQ(lines_of(registry.expose()).front(), "# HELP headgate_gauge First.");
}

TEST(Exposition, HoldsAtMostTheCapAndTheRest) {
  Registry registry;
  for (std::size_t i = 0; i < 3 * Registry::max_label_sets; ++i)
    registry.counter("headgate_requests_total", "Requests.", {{"model", "m" + std::to_string(i)}}).add();
  EXPECT_EQ(lines_of(registry.expose()).size(), 2 + Registry::max_label_sets + 1);
}

TEST(Exposition, OfNothingIsEmpty) { EXPECT_EQ(Registry().expose(), ""); }

}  // namespace headgate::metrics
