#include "headgate/access/zones.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace headgate::access {
namespace {

Address address(const char* text) { return Address::parse(text).value(); }

Zone zone(std::string name, std::initializer_list<const char*> networks) {
  Zone made{std::move(name), {}};
  for (const char* network : networks) made.networks.push_back(*Network::parse(network));
  return made;
}

using Names = std::vector<std::string_view>;

TEST(Zones, ListNothingAndNobodyLiesAnywhere) { EXPECT_EQ(Zones().of(address("10.0.0.1")), ""); }

TEST(Zones, GiveAnAddressToTheLongestNetworkWhateverTheOrder) {
  const auto wide = zone("public", {"0.0.0.0/0", "::/0"}), narrow = zone("internal", {"10.0.0.0/8"}),
             inner = zone("lab", {"10.9.0.0/16", "2001:db8::/32"});
  for (const auto& zones : {Zones({wide, narrow, inner}), Zones({inner, narrow, wide})}) {
    EXPECT_EQ(zones.of(address("10.8.0.1")), "internal");
    EXPECT_EQ(zones.of(address("10.9.0.1")), "lab");
    EXPECT_EQ(zones.of(address("11.0.0.1")), "public");
    EXPECT_EQ(zones.of(address("2001:db8::1")), "lab");
    EXPECT_EQ(zones.of(address("::1")), "public");
    EXPECT_EQ(zones.of(address("::ffff:10.9.0.1")), "lab");
    EXPECT_EQ(zones.empty_ones(), Names());
  }
}

TEST(Zones, OfTheSameNetworkTheFirstHasIt) {
  const Zones zones({zone("a", {"10.0.0.0/8"}), zone("b", {"10.0.0.0/8"})});
  EXPECT_EQ(zones.of(address("10.0.0.1")), "a");
  EXPECT_EQ(zones.empty_ones(), Names{"b"});
}

TEST(Zones, KnowThatOthersTookAllOfOne) {
  EXPECT_EQ(Zones({zone("all", {"10.0.0.0/8"}), zone("l", {"10.0.0.0/9"}), zone("r", {"10.128.0.0/9"})}).empty_ones(),
            Names{"all"});
  EXPECT_EQ(Zones({zone("all", {"10.0.0.0/8"}), zone("l", {"10.0.0.0/9"}), zone("r", {"10.128.0.0/10"})}).empty_ones(),
            Names());
  EXPECT_EQ(Zones({zone("all", {"::/0"}), zone("l", {"::/1"}), zone("r", {"8000::/1"})}).empty_ones(), Names{"all"});
}

TEST(Zones, OfIpv6ReachToBothSidesOfIpv4) {
  // Of ::fffe:0:0/95 the upper half is all of IPv4, so only the lower one is IPv6.
  EXPECT_EQ(Zones({zone("six", {"::fffe:0:0/95"})}).empty_ones(), Names());
  EXPECT_EQ(Zones({zone("six", {"::fffe:0:0/95"}), zone("low", {"::fffe:0:0/96"})}).empty_ones(), Names{"six"});
  // Behind the end of IPv4 nobody else's network ends: the zone is found all the same.
  EXPECT_EQ(Zones({zone("six", {"::/79"}), zone("low", {"::/80"})}).empty_ones(), Names());
}

// The slow and obvious way: every bit of every network, the longest, then the first.
std::string_view looked_through(const std::vector<Zone>& zones, const Address& address) {
  const auto bit = [](const Address& of, unsigned at) { return of.bytes()[at / 8] >> (7 - at % 8) & 1; };
  std::string_view best;
  unsigned longest = 0;
  for (const auto& zone : zones)
    for (const auto& network : zone.networks) {
      bool holds = network.first().is_v4() == address.is_v4();
      for (unsigned at = 0; at < network.depth(); ++at) holds = holds && bit(network.first(), at) == bit(address, at);
      if (!holds || (!best.empty() && network.depth() <= longest)) continue;
      best = zone.name;
      longest = network.depth();
    }
  return best;
}

// Few bits differ, so that networks lie in each other and addresses in them.
Address some_address(std::mt19937& random) {
  if (random() % 2 == 0) {
    return Address(std::array<std::uint8_t, 4>{static_cast<std::uint8_t>(random() % 2 * 128), 0, 0,
                                               static_cast<std::uint8_t>(random() % 8)});
  }
  Address::Bytes bytes{};
  for (const std::size_t at : {0u, 9u, 11u, 15u}) bytes[at] = static_cast<std::uint8_t>(random() % 4 * 85);
  return Address(bytes);
}

std::vector<Zone> some_zones(std::mt19937& random) {
  std::vector<Zone> zones(random() % 6);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    zones[i].name = std::string("z") + static_cast<char>('0' + i);
    for (std::size_t left = 1 + random() % 4; left > 0; --left) {
      const auto inside = some_address(random);
      zones[i].networks.emplace_back(inside, static_cast<unsigned>(random() % (inside.is_v4() ? 33 : 129)));
    }
  }
  return zones;
}

TEST(Zones, AgreeWithLookingThroughAllNetworks) {
  std::mt19937 random(11);
  int found = 0;
  for (int round = 0; round < 3000; ++round) {
    const auto list = some_zones(random);
    const Zones zones(list);
    const auto empty = zones.empty_ones();
    for (int i = 0; i < 40; ++i) {
      const auto at = some_address(random);
      const auto expected = looked_through(list, at);
      ASSERT_EQ(zones.of(at), expected) << at.to_string();
      ASSERT_EQ(std::count(empty.begin(), empty.end(), expected), 0) << expected << " at " << at.to_string();
      found += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(found, 20'000);
}

// With four bits of address that are free, every address can be asked.
TEST(Zones, ThatAreEmptyHaveNoAddressAndTheOthersHaveOne) {
  std::mt19937 random(13);
  int empty_ones = 0;
  for (int round = 0; round < 3000; ++round) {
    std::vector<Zone> list(1 + random() % 5);
    for (std::size_t i = 0; i < list.size(); ++i) {
      list[i].name = std::string("z") + static_cast<char>('0' + i);
      for (std::size_t left = 1 + random() % 3; left > 0; --left)
        list[i].networks.emplace_back(
            Address(std::array<std::uint8_t, 4>{10, 0, 0, static_cast<std::uint8_t>(random() % 16)}),
            static_cast<unsigned>(28 + random() % 5));
    }
    const Zones zones(list);
    std::vector<std::string_view> inhabited;
    for (std::uint8_t last = 0; last < 16; ++last)
      inhabited.push_back(looked_through(list, Address(std::array<std::uint8_t, 4>{10, 0, 0, last})));
    Names expected;
    for (const auto& zone : list)
      if (std::count(inhabited.begin(), inhabited.end(), zone.name) == 0) expected.push_back(zone.name);
    ASSERT_EQ(zones.empty_ones(), expected);
    empty_ones += static_cast<int>(expected.size());
  }
  EXPECT_GT(empty_ones, 500);
}

}  // namespace
}  // namespace headgate::access
