#include "uplift_weights.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <string>
#include <vector>

#include "headgate/classify/difficulty.hpp"
#include "headgate/classify/tokens.hpp"
#include "words.hpp"

namespace headgate::classify {
namespace {

void put(std::string& file, std::uint32_t value, int size) {
  for (int i = 0; i < size; ++i) file += static_cast<char>(static_cast<unsigned char>(value >> 8 * i));
}

struct Head {
  std::array<float, uplift_groups> scales{0.5F, 0.25F};
  std::array<float, bends> scores{-3, -2, -1, 0, 1, 2, 3, 4};
  std::array<float, bends> uplifts{0, 0.1F, 0.2F, 0.2F, 0.5F, 0.6F, 0.7F, 1};
};

std::string file_with(const std::vector<std::uint32_t>& names, const Head& head = {}) {
  std::string file = "HGUW";
  put(file, 2, 4);
  put(file, static_cast<std::uint32_t>(names.size()), 4);
  for (const auto real : head.scales) put(file, std::bit_cast<std::uint32_t>(real), 4);
  for (const auto real : head.scores) put(file, std::bit_cast<std::uint32_t>(real), 4);
  for (const auto real : head.uplifts) put(file, std::bit_cast<std::uint32_t>(real), 4);
  for (const auto name : names) put(file, name, 4);
  for (std::size_t i = 0; i < names.size(); ++i) put(file, static_cast<std::uint32_t>(4 - i), 1);
  return file;
}

std::uint32_t name_of(std::string_view word) { return feature(Group::words, 0, hash_text(word)).name; }

TEST(UpliftWeights, AreFoundByName) {
  const auto weights = UpliftWeights::parse(file_with({0x10003, 0x10013, 0x1FFFFFFF})).value();
  EXPECT_EQ(weights.at(weights.names().find(0x10003).cell), 4);
  EXPECT_EQ(weights.at(weights.names().find(0x1FFFFFFF).cell), 2);
  EXPECT_FALSE(weights.names().find(0x20003).known);
}

TEST(UpliftWeights, AnyCutFileIsRefused) {
  const auto file = file_with({0x10003, 0x10013});
  ASSERT_TRUE(UpliftWeights::parse(file));
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(UpliftWeights::parse(std::string_view(file).substr(0, size))) << size;
  EXPECT_FALSE(UpliftWeights::parse(file + "x"));
}

TEST(UpliftWeights, NamesMustAscend) {
  EXPECT_FALSE(UpliftWeights::parse(file_with({0x10003, 0x10003})));
  EXPECT_FALSE(UpliftWeights::parse(file_with({0x10004, 0x10003})));
}

TEST(UpliftWeights, MustBeNumbers) {
  EXPECT_FALSE(UpliftWeights::parse(file_with({0x10003}, {.scales = {std::nanf(""), 0}})));
  EXPECT_FALSE(UpliftWeights::parse(file_with({0x10003}, {.scales = {0, INFINITY}})));
}

TEST(UpliftWeights, MustRiseWithTheScoreFromZeroToOne) {
  EXPECT_FALSE(UpliftWeights::parse(file_with({}, {.scores = {0, 1, 2, 2, 4, 5, 6, 7}})));
  EXPECT_FALSE(UpliftWeights::parse(file_with({}, {.uplifts = {0, 0, 0, 0.2F, 0.1F, 1, 1, 1}})));
  EXPECT_FALSE(UpliftWeights::parse(file_with({}, {.uplifts = {-0.1F, 0, 0, 0, 0, 0, 0, 0}})));
  EXPECT_FALSE(UpliftWeights::parse(file_with({}, {.uplifts = {0, 0, 0, 0, 0, 0, 0, 1.1F}})));
}

TEST(UpliftWeights, AreStraightBetweenBendsAndLevelBeyond) {
  const auto weights = UpliftWeights::parse(file_with({})).value();
  EXPECT_EQ(weights.uplift(-100), 0);
  EXPECT_FLOAT_EQ(weights.uplift(-2), 0.1F);
  EXPECT_FLOAT_EQ(weights.uplift(0.5F), 0.35F);
  EXPECT_EQ(weights.uplift(4), 1);
  EXPECT_EQ(weights.uplift(100), 1);
}

TEST(UpliftWeights, ACountBeyondTheFileAllocatesNothing) {
  auto file = file_with({});
  for (std::size_t i = 8; i < 12; ++i) file[i] = '\xFF';
  EXPECT_FALSE(UpliftWeights::parse(file));
}

TEST(UpliftWeights, AWordCountsOnceAndForLessAmongMany) {
  const auto difficulty = Difficulty::from(file_with({name_of("cat")})).value();
  EXPECT_FLOAT_EQ(difficulty.of(""), 0.2F);
  EXPECT_FLOAT_EQ(difficulty.of("dog"), 0.2F);
  EXPECT_FLOAT_EQ(difficulty.of("Cat!"), 0.6F);
  EXPECT_FLOAT_EQ(difficulty.of("cat dog cat bird"), 0.5F);
}

}  // namespace
}  // namespace headgate::classify
