// classify_cost [ROUNDS [FILE]]: what it costs to read a text: the classifier, the difficulty, and both as the gateway
// asks them, on texts as long as a short question, as 4 kB, and as 29 kB, read again and again; and on pieces of FILE
// of 1,500 bytes, each read once a round: what the processor foretells of a text it has just read is a third of the
// price. CPU time of this thread, which a busy machine does not change.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
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

std::vector<std::string> pieces_of(const char* path) {
  std::ifstream file(path);
  std::vector<std::string> pieces;
  for (std::string piece(1500, ' '); pieces.size() < 1000 && file.read(piece.data(), 1500);) pieces.push_back(piece);
  return pieces;
}

template <typename Work>
void measure(const char* name, const std::vector<std::string>& texts, int rounds, Work work) {
  std::vector<double> micros;
  micros.reserve(static_cast<std::size_t>(rounds) * texts.size());
  double sum = 0;
  for (int i = 0; i < rounds; ++i)
    for (const auto& text : texts) {
      const auto start = cpu_micros();
      sum += static_cast<double>(work(text));
      micros.push_back(cpu_micros() - start);
    }
  std::sort(micros.begin(), micros.end());
  std::printf("| %-10s | %5zu | %6zu | %6.1f | %6.1f | %.3f |\n", name, texts.size(), texts.front().size(),
              micros[micros.size() / 2], micros[micros.size() * 99 / 100], sum / static_cast<double>(micros.size()));
}

void measure_all(const std::vector<std::string>& texts, int rounds) {
  const classify::Classifier classifier;
  const classify::Difficulty difficulty;
  measure("classifier", texts, rounds, [&](const std::string& text) {
    return classifier.classify({text, {}}).confidence;
  });
  measure("difficulty", texts, rounds, [&](const std::string& text) { return difficulty.of(text); });
  measure("both", texts, rounds, [&](const std::string& text) {
    const classify::Tokens tokens(text);
    return classifier.classify(tokens, {}).confidence + difficulty.of(tokens);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::max(100, std::atoi(argv[1])) : 5000;
  std::puts("| what       | texts |  bytes | p50 us | p99 us | mean answer |");
  std::puts("| --- | --- | --- | --- | --- | --- |");
  for (const std::size_t size : {200U, 1500U, 4000U, 29000U}) measure_all({text_of(size)}, rounds);
  if (argc < 3) return 0;
  const auto pieces = pieces_of(argv[2]);
  if (pieces.empty()) return std::fputs("FILE has less than 1,500 bytes\n", stderr), 1;
  measure_all(pieces, 3);
}
