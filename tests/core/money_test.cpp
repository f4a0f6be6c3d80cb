#include "headgate/core/money.hpp"

#include <gtest/gtest.h>

namespace headgate::core {
namespace {

TEST(Money, ReadsAndWritesPlainDecimalsExactly) {
  for (const char* text : {"0", "1", "0.002", "0.000000000001", "12.5", "9223372.036854775807"})
    EXPECT_EQ(Money::parse(text).value().to_string(), text);
  EXPECT_EQ(Money::parse("$0.10"), Money::picodollars(100'000'000'000));
}

TEST(Money, RefusesWhatIsNotAPlainDecimal) {
  for (const char* text : {"", "$", ".", ".5", "5.", "-1", "+1", "1e3", "1,000", " 1", "1 ", "$$1", "0.0000000000001",
                           "9223372.036854775808", "99999999999999999999"})
    EXPECT_FALSE(Money::parse(text)) << text;
}

TEST(Money, StopsAtTheEndsOfItsRange) {
  const auto most = Money::most();
  EXPECT_EQ(most + Money::picodollars(1), most);
  EXPECT_EQ(most * 2, most);
  EXPECT_EQ(most * -2, -most - Money::picodollars(1));
  EXPECT_EQ(-most - most, -most - Money::picodollars(1));
  EXPECT_EQ(Money() - (-most - Money::picodollars(1)), most);
}

TEST(Money, WritesDebts) {
  EXPECT_EQ((-Money::parse("0.5").value()).to_string(), "-0.5");
  EXPECT_EQ((-Money::most() - Money::picodollars(1)).to_string(), "-9223372.036854775808");
}

TEST(Money, MultipliesAPriceByTokens) { EXPECT_EQ((Money::picodollars(150'000) * 1'000'000).to_string(), "0.15"); }

}  // namespace
}  // namespace headgate::core
