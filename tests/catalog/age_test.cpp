#include "headgate/catalog/age.hpp"

#include "catalog/support.hpp"

namespace headgate::catalog {
namespace {

using std::chrono::days;
using std::chrono::hours;

std::vector<Concern> concerns(const std::string& rows, std::string_view today) {
  const auto catalog = made(rows);
  std::vector<Concern> found;
  for (const auto& alarm : age(catalog, core::WallTime(day(today)), {days(90)})) {
    EXPECT_FALSE(alarm.text.empty());
    found.push_back(alarm.concern);
  }
  return found;
}

using Concerns = std::vector<Concern>;

TEST(Age, ComplainsAboutAPriceOnTheDayAfterTheLastAllowed) {
  const std::string row = R"({"vendor":"a","model":"m","source":"list","as_of":"2026-01-01","price":{"input":"1"}})";
  EXPECT_EQ(concerns(row, "2026-04-01"), Concerns{});
  EXPECT_EQ(concerns(row, "2026-04-02"), Concerns{Concern::old_price});
}

TEST(Age, ComplainsAboutAListsPriceWithoutADay) {
  EXPECT_EQ(concerns(R"({"vendor":"a","model":"m","source":"list","price":{"input":"1"}})", "2026-01-01"),
            Concerns{Concern::old_price});
}

TEST(Age, TrustsOnesOwnPrices) {
  EXPECT_EQ(concerns(R"({"vendor":"a","model":"m","source":"list","as_of":"2020-01-01","price":{"input":"1"}}
{"vendor":"a","model":"m","price":{"input":"2"}})",
                     "2026-01-01"),
            Concerns{});
}

TEST(Age, ComplainsAboutAnUnknownPriceButNotAFreeOne) {
  EXPECT_EQ(concerns(R"({"vendor":"a","model":"m"})", "2026-01-01"), Concerns{Concern::unknown_price});
  EXPECT_EQ(concerns(R"({"vendor":"a","model":"m","price":{"free":true}})", "2026-01-01"), Concerns{});
}

TEST(Age, ComplainsFromTheDayOfDeprecationOn) {
  const std::string row = R"({"vendor":"a","model":"m","price":{"input":"1"},"deprecation":"2026-05-01"})";
  EXPECT_EQ(concerns(row, "2026-04-30"), Concerns{});
  EXPECT_EQ(concerns(row, "2026-05-01"), Concerns{Concern::past_deprecation});
}

TEST(Age, ComplainsWhereSourcesContradictEachOther) {
  const std::string first =
      R"({"vendor":"a","model":"m","source":"x","as_of":"2026-01-01","price":{"input":"1","output":"2"}})"
      "\n";
  const std::string same = R"({"vendor":"a","model":"m","source":"y","as_of":"2026-01-01","price":{"input":"1"}})"
                           "\n";
  const std::string other =
      R"({"vendor":"a","model":"m","source":"z","as_of":"2026-01-01","price":{"input":"1","output":"4"}})"
      "\n";
  EXPECT_EQ(concerns(first + same, "2026-01-02"), Concerns{});
  EXPECT_EQ(concerns(first + other, "2026-01-02"), Concerns{Concern::disagreement});
  const auto catalog = made(first + other);
  EXPECT_EQ(alarms(catalog.entries()[0], core::WallTime(day("2026-01-02")), {})[0].text,
            "output costs $4 says z, $2 says x");
}

TEST(Age, OfAPriceIsTheTimeSinceItWasStated) {
  const auto catalog = made(R"({"vendor":"a","model":"dated","source":"x","as_of":"2026-01-01","price":{"input":"1"}}
{"vendor":"a","model":"own","as_of":"2026-01-01","price":{"input":"1"}})");
  const core::WallTime now = core::WallTime(day("2026-01-02")) + hours(1);
  EXPECT_EQ(price_age(*catalog.find("a", "dated"), now), hours(25));
  EXPECT_FALSE(price_age(*catalog.find("a", "own"), now));
}

}  // namespace
}  // namespace headgate::catalog
