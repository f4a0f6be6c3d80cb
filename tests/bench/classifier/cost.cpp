// classify_cost [ROUNDS]: what it costs to read a text: the classifier, the difficulty, and both, on texts as long as a
// short question, as 4 kB, and as 29 kB. CPU time of this thread, which a busy machine does not change.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "headgate/classify/classifier.hpp"
#include "headgate/classify/difficulty.hpp"

namespace {

using namespace headgate;

constexpr std::string_view paragraph =
    "Our team moved the billing service to a new region last night, and since then invoices for customers in Austria "
    "carry the wrong tax rate (19 % instead of 20 %). The logs say: `rate_for(country) returned None, default used`. "
    "Please explain what might have happened, step by step, and write a short test in Python that would have caught "
    "it.\n\ndef rate_for(country):\n    return RATES.get(country.upper())\n\n- what changed: the cache, the region\n- "
    "what did not: the table of rates, its 27 rows\n";

std::string text_of(std::size_t size) {
  std::string text;
  for (unsigned i = 0; text.size() < size; ++i)
    text.append("Note ").append(std::to_string(i)).append(". ").append(paragraph);
  text.resize(size);
  return text;
}

double cpu_micros() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return 1e6 * static_cast<double>(now.tv_sec) + 1e-3 * static_cast<double>(now.tv_nsec);
}

template <typename Work>
void measure(const char* name, std::size_t size, int rounds, Work work) {
  std::vector<double> micros;
  micros.reserve(static_cast<std::size_t>(rounds));
  double sum = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto start = cpu_micros();
    sum += work();
    micros.push_back(cpu_micros() - start);
  }
  std::sort(micros.begin(), micros.end());
  std::printf("| %-10s | %6zu | %6.1f | %6.1f | %.3f |\n", name, size, micros[micros.size() / 2],
              micros[micros.size() * 99 / 100], sum / rounds);
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(100, std::atoi(argv[1])) : 5000;
  const classify::Classifier classifier;
  const classify::Difficulty difficulty;
  std::puts("| what       |  bytes | p50 us | p99 us | mean answer |");
  std::puts("| --- | --- | --- | --- | --- |");
  for (const std::size_t size : {200U, 1500U, 4000U, 29000U}) {
    const auto text = text_of(size);
    const auto confidence = [&] { return static_cast<double>(classifier.classify({text, {}}).confidence); };
    const auto gain = [&] { return static_cast<double>(difficulty.of(text)); };
    measure("classifier", size, rounds, confidence);
    measure("difficulty", size, rounds, gain);
    measure("both", size, rounds, [&] { return confidence() + gain(); });
  }
}
