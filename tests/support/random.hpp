// Random choices that a seed repeats.
#pragma once

#include <random>
#include <string>

namespace headgate::test {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  // From 0 to `limit` - 1.
  std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_); }
  bool one_in(std::size_t times) { return below(times) == 0; }
  char byte() { return static_cast<char>(below(256)); }
  std::string bytes(std::size_t count) {
    std::string out;
    while (out.size() < count) out.push_back(byte());
    return out;
  }

 private:
  std::mt19937 engine_;
};

}  // namespace headgate::test
