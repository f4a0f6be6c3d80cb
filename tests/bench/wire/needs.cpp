// What reading the needs of a request costs, in CPU time: needs FILE ...
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>

#include "headgate/wire/openai_needs.hpp"

using namespace headgate;
using wire::Surface;

namespace {

double cpu_microseconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

template <typename Call>
double best_of_rounds(Call call) {
  constexpr int rounds = 15, calls = 2000;
  double best = 1e9;
  for (int round = 0; round < rounds; ++round) {
    const auto began = cpu_microseconds();
    for (int i = 0; i < calls; ++i) call();
    best = std::min(best, (cpu_microseconds() - began) / calls);
  }
  return best;
}

void measure(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string body{std::istreambuf_iterator<char>(file), {}};
  const auto size = body.size();
  body.append(wire::json_padding, ' ');
  const std::string_view text(body.data(), size);
  wire::JsonReader json;
  const auto read = [&] { return json.read(text).has_value(); };
  if (!read()) return void(std::printf("%s is no JSON\n", path));
  core::Tokens tokens = 0;
  const auto parse = best_of_rounds(read);
  const auto needs = best_of_rounds(
      [&] { tokens = wire::openai::read_needs(Surface::chat_completions, json.document()).input_tokens; });
  std::printf("%8zu bytes: needs %7.2f us, JSON %7.2f us, %zu tokens  %s\n", size, needs, parse,
              static_cast<std::size_t>(tokens), path);
}

}  // namespace

int main(int count, char** paths) {
  for (int i = 1; i < count; ++i) measure(paths[i]);
}
