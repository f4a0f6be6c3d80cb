// What a fuzzer found once, fed again to its target in every build, and each input a few hundred times with small
// damages. The damages are the same each time: who breaks a promise learns of it before the fuzzers run.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr int damages_an_input = 200;
constexpr std::size_t longest_damaged = 16 * 1024;

using Inputs = std::vector<std::string>;

Inputs read_all(const std::filesystem::path& corpus) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  Inputs inputs;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return inputs;
}

void feed(const std::string& input) {
  // Of its own size, so that reading behind the end is seen where memory is watched.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  (void)LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string damaged(const std::string& input, const std::string& other, std::mt19937_64& random) {
  auto text = input;
  const auto at = text.empty() ? 0 : random() % text.size();
  const auto size = std::min<std::size_t>(1 + random() % 16, text.size() - at);
  switch (random() % 5) {
    case 0: text.erase(at, size); break;
    case 1: text.insert(at, text.substr(at, size)); break;
    case 2: text.insert(at, 1, static_cast<char>(random())); break;
    case 3: text = text.substr(0, at) + other.substr(std::min(at, other.size())); break;
    default:
      if (!text.empty()) text[at] = static_cast<char>(random());
  }
  return text;
}

}  // namespace

int main(int, char** arguments) {
  const auto inputs = read_all(arguments[1]);
  if (inputs.empty()) return std::fprintf(stderr, "no inputs in %s\n", arguments[1]), 1;
  std::mt19937_64 random(20'261'122);
  for (const auto& input : inputs) {
    feed(input);
    if (input.size() > longest_damaged) continue;
    auto text = input;
    for (int i = 0; i < damages_an_input; ++i) {
      if (i % 4 == 0) text = input;
      text = damaged(text, inputs[random() % inputs.size()], random);
      feed(text);
    }
  }
  std::printf("%zu inputs\n", inputs.size());
  return 0;
}
