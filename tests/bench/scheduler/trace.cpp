#include "trace.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

namespace headgate::simulation {
namespace {

using core::Capability;
using core::Result;

template <typename Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// `2023-11-16 18:17:03.9799600`; the traces lie within one month.
std::optional<core::Duration> time_in(std::string_view text) {
  if (text.size() < 19) return std::nullopt;
  const auto day = number_in<int>(text.substr(8, 2)), hour = number_in<int>(text.substr(11, 2)),
             minute = number_in<int>(text.substr(14, 2));
  const auto second = number_in<double>(text.substr(17));
  if (!day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::duration<double> seconds(((*day * 24.0 + *hour) * 60 + *minute) * 60 + *second);
  return std::chrono::duration_cast<core::Duration>(seconds);
}

std::optional<Arrival> arrival_in(std::string_view line, Capability capability) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto first = line.find(','), second = line.find(',', first + 1);
  if (first == line.npos || second == line.npos) return std::nullopt;
  const auto at = time_in(line.substr(0, first));
  const auto input = number_in<core::Tokens>(line.substr(first + 1, second - first - 1));
  const auto output = number_in<core::Tokens>(line.substr(second + 1));
  if (!at || !input || !output) return std::nullopt;
  return Arrival{*at, *input, *output, capability};
}

Result<void> read(const std::string& path, Capability capability, std::vector<Arrival>& arrivals) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || !line.starts_with("TIMESTAMP,ContextTokens,GeneratedTokens"))
    return core::Error(core::Code::invalid_request,
                       path + " is not a trace: a CSV file of TIMESTAMP,ContextTokens,GeneratedTokens is expected");
  for (int number = 2; std::getline(file, line); ++number) {
    const auto arrival = arrival_in(line, capability);
    if (!arrival) return core::Error(core::Code::invalid_request, path + ":" + std::to_string(number) + ": " + line);
    arrivals.push_back(*arrival);
  }
  return {};
}

}  // namespace

double Trace::mean_output(Capability capability) const {
  double sum = 0, count = 0;
  for (const auto& arrival : arrivals)
    if (arrival.capability == capability) sum += static_cast<double>(arrival.output), ++count;
  return sum / count;
}

Result<Trace> read_traces(const std::string& directory) {
  Trace trace;
  auto& arrivals = trace.arrivals;
  if (auto got = read(directory + "/azure-llm-2023-conv.csv", Capability::chat, arrivals); !got) return got.error();
  if (auto got = read(directory + "/azure-llm-2023-code.csv", Capability::code, arrivals); !got) return got.error();
  std::stable_sort(arrivals.begin(), arrivals.end(), [](const Arrival& a, const Arrival& b) { return a.at < b.at; });
  const auto begin = arrivals.front().at;
  for (auto& arrival : arrivals) arrival.at -= begin;
  trace.length = std::chrono::ceil<std::chrono::minutes>(arrivals.back().at + core::Duration(1));
  return trace;
}

}  // namespace headgate::simulation
