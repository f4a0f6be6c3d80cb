#include "weights.hpp"

#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <string>

namespace headgate::classify {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t digest = 7;

void put(std::string& file, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) file += static_cast<char>(static_cast<unsigned char>(value >> 8 * i));
}

std::string file_with(const std::vector<std::uint32_t>& names, float bias = 0.5F) {
  std::string file = "HGCW";
  put(file, 2, 4);
  put(file, digest, 8);
  put(file, names.size(), 4);
  for (std::size_t i = 0; i < core::capability_count + group_count; ++i)
    put(file, std::bit_cast<std::uint32_t>(bias), 4);
  for (const auto name : names) put(file, name, 4);
  for (std::size_t i = 0; i < names.size() * sizeof(Row); ++i) put(file, i + 250, 1);
  return file;
}

TEST(Weights, AreFoundByName) {
  const auto weights = Weights::parse(file_with({0x10003, 0x10013, 0x1FFFFFFF}), digest).value();
  const auto row_of = [&](std::uint32_t name) { return weights.row(weights.names().find(name).cell); };
  EXPECT_EQ(row_of(0x10003)[0], -6);
  EXPECT_EQ(row_of(0x10013)[0], 2);
  EXPECT_TRUE(weights.names().find(0x1FFFFFFF).known);
  EXPECT_FALSE(weights.names().find(0x20003).known);
}

TEST(Weights, MayBeNone) {
  const auto weights = Weights::parse(file_with({}), digest).value();
  EXPECT_FALSE(weights.names().find(0x10003).known);
}

TEST(Weights, AnyCutFileIsRefused) {
  const auto file = file_with({0x10003, 0x10013});
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(Weights::parse(std::string_view(file).substr(0, size), digest)) << size;
  EXPECT_FALSE(Weights::parse(file + "x", digest));
}

TEST(Weights, OfAnotherLexiconAreRefused) {
  const auto weights = Weights::parse(file_with({0x10003}), digest + 1);
  ASSERT_FALSE(weights);
  EXPECT_THAT(weights.error().message(), HasSubstr("tools/train-classifier"));
}

TEST(Weights, NamesMustAscend) {
  EXPECT_FALSE(Weights::parse(file_with({0x10003, 0x10003}), digest));
  EXPECT_FALSE(Weights::parse(file_with({0x10004, 0x10003}), digest));
}

TEST(Weights, MustBeNumbers) {
  EXPECT_FALSE(Weights::parse(file_with({0x10003}, std::nanf("")), digest));
  EXPECT_FALSE(Weights::parse(file_with({0x10003}, INFINITY), digest));
}

TEST(Weights, ACountBeyondTheFileAllocatesNothing) {
  auto file = file_with({});
  for (std::size_t i = 16; i < 20; ++i) file[i] = '\xFF';
  EXPECT_FALSE(Weights::parse(file, digest));
}

}  // namespace
}  // namespace headgate::classify
