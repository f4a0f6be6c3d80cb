// features LEXICON < texts: for the trainer. Input and output are binary, integers little-endian as on this machine:
// per text a size (4 bytes) and the bytes; per text 6 counts, then a number n and n pairs of group and name (4 bytes
// each).
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "features.hpp"

namespace {

using namespace headgate::classify;

struct Collector {
  std::array<std::uint32_t, group_count> emitted{};
  std::set<std::pair<std::uint32_t, std::uint32_t>> found;

  void operator()(const Feature& feature) {
    ++emitted[static_cast<std::size_t>(feature.group)];
    found.emplace(static_cast<std::uint32_t>(feature.group), feature.name);
  }
};

void put(std::uint32_t value) { std::fwrite(&value, sizeof value, 1, stdout); }

bool read_text(std::string& text) {
  std::uint32_t size = 0;
  if (std::fread(&size, sizeof size, 1, stdin) != 1) return false;
  text.resize(size);
  return std::fread(text.data(), 1, size, stdin) == size;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return std::fputs("usage: features LEXICON < texts\n", stderr), 2;
  std::ifstream file(arguments[1]);
  const std::string words{std::istreambuf_iterator<char>(file), {}};
  const auto lexicon = Lexicon::parse(words);
  if (!lexicon) return std::fprintf(stderr, "%s\n", lexicon.error().message().c_str()), 1;
  put(static_cast<std::uint32_t>(lexicon->digest()));
  put(static_cast<std::uint32_t>(lexicon->digest() >> 32));
  for (std::string text; read_text(text);) {
    Collector collector;
    Extraction<Collector>(*lexicon, collector).run(Tokens(text));
    for (const auto emitted : collector.emitted) put(emitted);
    put(static_cast<std::uint32_t>(collector.found.size()));
    for (const auto& [group, name] : collector.found) put(group), put(name);
  }
}
