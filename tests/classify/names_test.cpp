#include "names.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace headgate::classify {
namespace {

constexpr std::uint32_t name_of(std::uint32_t bucket, std::uint32_t tag) { return tag << bucket_bits | bucket; }

std::optional<Names> names_of(const std::vector<std::uint32_t>& names) {
  std::string file;
  for (const auto name : names)
    for (int i = 0; i < 4; ++i) file += static_cast<char>(static_cast<unsigned char>(name >> 8 * i));
  Reader reader(file);
  return Names::read(reader, names.size());
}

TEST(Names, AreFoundInTheirCellsAndNoOthersAre) {
  std::mt19937 generator(7);
  const auto random = [&](std::uint32_t below) { return static_cast<std::uint32_t>(generator()) % below; };
  std::set<std::uint32_t> drawn;
  while (drawn.size() < 2000) drawn.insert(name_of(random(1U << bucket_bits), 2 + random(0xFFFE)));
  const auto names = names_of({drawn.begin(), drawn.end()});
  ASSERT_TRUE(names);
  std::size_t place = 0;
  for (const auto name : drawn) {
    const auto [cell, known] = names->find(name);
    EXPECT_TRUE(known);
    EXPECT_EQ(cell, names->cells()[place++]);
    EXPECT_EQ(names->find(name ^ 1U << bucket_bits).known, drawn.contains(name ^ 1U << bucket_bits));
  }
  EXPECT_EQ(std::set<std::uint16_t>(names->cells().begin(), names->cells().end()).size(), drawn.size());
}

TEST(Names, OfOneBucketAreToldApart) {
  const auto last = (1U << bucket_bits) - 1;
  const auto names =
      names_of({name_of(last, 1), name_of(last, 2), name_of(last, 0x8000), name_of(last, 0xFFFF)}).value();
  for (const std::uint32_t tag : {1U, 2U, 0x8000U, 0xFFFFU}) EXPECT_TRUE(names.find(name_of(last, tag)).known) << tag;
  for (const std::uint32_t tag : {3U, 0x7FFFU, 0x8001U, 0xFFFEU})
    EXPECT_FALSE(names.find(name_of(last, tag)).known) << tag;
  EXPECT_FALSE(names.find(name_of(0, 1)).known);
}

TEST(Names, FiveOfOneBucketAreRefused) {
  EXPECT_TRUE(names_of({name_of(9, 1), name_of(9, 2), name_of(9, 3), name_of(9, 4)}));
  EXPECT_FALSE(names_of({name_of(9, 1), name_of(9, 2), name_of(9, 3), name_of(9, 4), name_of(9, 5)}));
}

TEST(Names, MustAscendAndBeNames) {
  EXPECT_FALSE(names_of({name_of(1, 1), name_of(1, 1)}));
  EXPECT_FALSE(names_of({name_of(1, 2), name_of(2, 1)}));
  EXPECT_FALSE(names_of({name_of(1, 0)}));
  EXPECT_FALSE(names_of({1U << name_bits}));
}

}  // namespace
}  // namespace headgate::classify
