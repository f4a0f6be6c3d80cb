#include "headgate/access/network.hpp"

#include <gtest/gtest.h>

#include <random>

namespace headgate::access {
namespace {

Address address(const char* text) { return Address::parse(text).value(); }

Network network(const char* text) {
  auto read = Network::parse(text);
  EXPECT_TRUE(read) << text << ": " << read.error().message();
  return read ? *read : Network(Address(), 0);
}

std::string refusal(std::string_view text) {
  const auto read = Network::parse(text);
  return read ? "read as " + read->to_string() : read.error().message();
}

TEST(Address, IsReadInItsTwoForms) {
  EXPECT_TRUE(address("10.1.2.3").is_v4());
  EXPECT_FALSE(address("2001:db8::1").is_v4());
  EXPECT_EQ(address("2001:DB8:0:0::1").to_string(), "2001:db8::1");
  EXPECT_EQ(address("10.1.2.3").to_string(), "10.1.2.3");
}

TEST(Address, MappedIntoIpv6IsTheIpv4Address) {
  EXPECT_EQ(address("::ffff:10.1.2.3"), address("10.1.2.3"));
  EXPECT_EQ(address("::ffff:a01:203").to_string(), "10.1.2.3");
  EXPECT_NE(address("::10.1.2.3"), address("10.1.2.3"));
}

TEST(Address, IsNothingElse) {
  using std::string_view_literals::operator""sv;
  for (const auto text : {""sv, "10.1.2"sv, "10.1.2.256"sv, "010.1.2.3"sv, " 10.1.2.3"sv, "10.1.2.3 "sv, "[::1]"sv,
                          "fe80::1%lo"sv, "localhost"sv, "10.1.2.3\0"sv, "10.1.2.3:80"sv, "1:2:3:4:5:6:7:8:9"sv})
    EXPECT_FALSE(Address::parse(text)) << text;
}

TEST(Network, HoldsWhatBeginsWithItsBits) {
  EXPECT_TRUE(network("10.0.0.0/8").holds(address("10.255.0.1")));
  EXPECT_FALSE(network("10.0.0.0/8").holds(address("11.0.0.0")));
  EXPECT_TRUE(network("10.1.2.3/32").holds(address("10.1.2.3")));
  EXPECT_FALSE(network("10.1.2.3/32").holds(address("10.1.2.2")));
  EXPECT_TRUE(network("2001:db8::/33").holds(address("2001:db8:7fff::")));
  EXPECT_FALSE(network("2001:db8::/33").holds(address("2001:db8:8000::")));
}

TEST(Network, OfAllIpv6HoldsNoIpv4AndTheOtherWayRound) {
  EXPECT_FALSE(network("::/0").holds(address("10.1.2.3")));
  EXPECT_TRUE(network("::/0").holds(address("::")));
  EXPECT_FALSE(network("0.0.0.0/0").holds(address("::1")));
  EXPECT_TRUE(network("0.0.0.0/0").holds(address("::ffff:255.255.255.255")));
  EXPECT_FALSE(network("0.0.0.0/0").holds(address("::1:0:0:0")));
}

TEST(Network, InTheMappedFormIsThatOfIpv4) {
  EXPECT_EQ(network("::ffff:10.0.0.0/104"), network("10.0.0.0/8"));
  EXPECT_EQ(refusal("::ffff:10.0.0.0/8"), "the length is a number from 96 to 128");
}

TEST(Network, SaysWhatIsWrongWithItAndWhatToWrite) {
  EXPECT_EQ(refusal("10.1.2.3/8"), "bits are set behind its length; write 10.0.0.0/8");
  EXPECT_EQ(refusal("2001:db8::1/64"), "bits are set behind its length; write 2001:db8::/64");
  EXPECT_EQ(refusal("10.0.0.1"), "the length is missing; this address alone is 10.0.0.1/32");
  EXPECT_EQ(refusal("::1"), "the length is missing; this address alone is ::1/128");
  for (const char* text :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8 ", "10.0.0.0/8/8", "10.0.0.0/4294967304"})
    EXPECT_EQ(refusal(text), "the length is a number from 0 to 32") << text;
  EXPECT_EQ(refusal("::/129"), "the length is a number from 0 to 128");
  for (const char* text : {"", "/8", "office/8", "10.0.0/8", "1e1.0.0.0/8"})
    EXPECT_EQ(refusal(text), "no IP address stands before the slash, and names are not looked up") << text;
}

TEST(Network, EndsWhereTheNextAddressIsNotHeld) {
  EXPECT_EQ(network("10.0.0.0/8").next(), address("11.0.0.0"));
  EXPECT_EQ(network("10.0.0.255/32").next(), address("10.0.1.0"));
  EXPECT_EQ(network("255.255.255.255/32").next(), address("::1:0:0:0"));
  EXPECT_EQ(network("::/0").next(), std::nullopt);
  EXPECT_EQ(network("ffff::/16").next(), std::nullopt);
  EXPECT_EQ(network("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128").next(), std::nullopt);
}

TEST(Network, ReadsWhatItWrites) {
  std::mt19937 random(7);
  for (int i = 0; i < 10'000; ++i) {
    Address::Bytes bytes{};
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    if (i % 2 == 0) std::fill(bytes.begin(), bytes.begin() + 10, std::uint8_t{0});
    if (i % 4 == 0) bytes[10] = bytes[11] = 0xFF;
    const Address inside(bytes);
    const Network made(inside, static_cast<unsigned>(random() % (inside.is_v4() ? 33 : 129)));
    ASSERT_EQ(*Network::parse(made.to_string()), made) << made.to_string();
    ASSERT_EQ(Address::parse(inside.to_string()), inside);
    ASSERT_TRUE(made.holds(made.first()));
    ASSERT_TRUE(!made.next() || !made.holds(*made.next()));
  }
}

}  // namespace
}  // namespace headgate::access
