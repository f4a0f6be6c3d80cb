#include "headgate/access/api_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace headgate::access {
namespace {

// Check digits worked out by an independent CRC-32 (zlib's).
constexpr std::string_view known_key = "hg_abcdefghijkl_0123456789ABCDEFGHIJKLMNOPQRSTUVC9OaW0";

std::string minted() { return std::string(mint_key().key.reveal()); }

}  // namespace

TEST(ApiKey, ParsesIntoItsParts) {
  const auto parts = parse_key(known_key);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->id, "abcdefghijkl");
  EXPECT_EQ(parts->secret, "0123456789ABCDEFGHIJKLMNOPQRSTUV");
}

TEST(ApiKey, ParsesWhatItMints) {
  for (int i = 0; i < 200; ++i) {
    const auto minted = mint_key();
    const auto parts = parse_key(minted.key.reveal());
    ASSERT_TRUE(parts);
    EXPECT_EQ(parts->id, minted.id);
    EXPECT_EQ(parts->id.size(), 12u);
    EXPECT_EQ(parts->secret.size(), 32u);
  }
}

TEST(ApiKey, NeverMintsTheSameTwice) {
  std::set<std::string> ids, keys;
  for (int i = 0; i < 1000; ++i) {
    const auto minted = mint_key();
    ids.insert(minted.id);
    keys.insert(std::string(minted.key.reveal()));
  }
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(keys.size(), 1000u);
}

TEST(ApiKey, MintsEveryDigitAboutEquallyOften) {
  std::array<int, 256> counts{};
  for (int i = 0; i < 1000; ++i) {
    const auto key = minted();
    const auto parts = parse_key(key);
    for (const char c : parts->secret) ++counts[static_cast<unsigned char>(c)];
  }
  const auto used = std::count_if(counts.begin(), counts.end(), [](int count) { return count > 0; });
  EXPECT_EQ(used, 62);
  // 32,000 draws over 62 digits: 516 each, deviation 22.5; seven of those is once in 10^11.
  for (const int count : counts) {
    if (count > 0) {
      EXPECT_NEAR(count, 516, 160);
    }
  }
}

TEST(ApiKey, RefusesEverySingleCharacterChange) {
  const std::string key(known_key);
  for (std::size_t at = 0; at < key.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      auto changed = key;
      changed[at] = static_cast<char>(c);
      if (changed != key) {
        ASSERT_FALSE(parse_key(changed)) << "at " << at << " byte " << c;
      }
    }
  }
}

TEST(ApiKey, RefusesEverySwapOfNeighbours) {
  const std::string key(known_key);
  for (std::size_t at = 0; at + 1 < key.size(); ++at) {
    auto changed = key;
    std::swap(changed[at], changed[at + 1]);
    if (changed != key) {
      EXPECT_FALSE(parse_key(changed)) << at;
    }
  }
}

TEST(ApiKey, RefusesEveryOtherLength) {
  const std::string key(known_key);
  for (std::size_t size = 0; size < key.size(); ++size) EXPECT_FALSE(parse_key(key.substr(0, size)));
  EXPECT_FALSE(parse_key(key + "0"));
  EXPECT_FALSE(parse_key(key + key));
  EXPECT_FALSE(parse_key(" " + key));
}

TEST(ApiKey, RefusesForeignCharactersEvenWithRightCheckDigits) {
  EXPECT_FALSE(parse_key("hg_abcdefghij\n!_0123456789ABCDEFGHIJKLMNOPQRSTUVOpAcB2"));
}

TEST(Digest, IsHmacSha256) {
  // RFC 4231, test case 2.
  EXPECT_EQ(to_hex(digest_key("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, DependsOnPepperAndKey) {
  EXPECT_EQ(digest_key("p", "k"), digest_key("p", "k"));
  EXPECT_NE(digest_key("p", "k"), digest_key("q", "k"));
  EXPECT_NE(digest_key("p", "k"), digest_key("p", "l"));
}

TEST(Digest, IsEqualOnlyWhenEveryBitIs) {
  const auto digest = digest_key("p", "k");
  EXPECT_TRUE(equal_in_constant_time(digest, digest));
  for (std::size_t bit = 0; bit < digest.size() * 8; ++bit) {
    auto other = digest;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1u << bit % 8));
    EXPECT_FALSE(equal_in_constant_time(digest, other)) << bit;
  }
}

TEST(Digest, ComesBackFromHex) {
  const auto digest = digest_key("p", "k");
  EXPECT_EQ(digest_from_hex(to_hex(digest)), digest);
}

TEST(Digest, RefusesAnythingButSixtyFourLowerCaseHexDigits) {
  const auto hex = to_hex(digest_key("p", "k"));
  EXPECT_FALSE(digest_from_hex(""));
  EXPECT_FALSE(digest_from_hex(hex.substr(1)));
  EXPECT_FALSE(digest_from_hex(hex + "0"));
  EXPECT_FALSE(digest_from_hex("g" + hex.substr(1)));
  EXPECT_FALSE(digest_from_hex("A" + hex.substr(1)));
  EXPECT_FALSE(digest_from_hex(" " + hex.substr(1)));
}

}  // namespace headgate::access
