#include "headgate/budget/zone.hpp"

#include <gtest/gtest.h>

#include "headgate/budget/calendar.hpp"
#include "posix_rule.hpp"
#include "support/random.hpp"

namespace headgate::budget {
namespace {

using namespace std::chrono;

std::string big_endian(std::int64_t value, int width) {
  std::string out;
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
  return out;
}

std::string header(int changes, int kinds, int letters, char version = '2', int leaps = 0) {
  std::string out = std::string("TZif") + version + std::string(15, '\0');
  for (const int count : {0, 0, leaps, changes, kinds, letters}) out += big_endian(count, 4);
  return out;
}

// One change at `at` from UTC+1 to UTC+2, then `rule`.
std::string zone_file(std::int64_t at, const std::string& rule) {
  return header(0, 0, 0) + header(1, 2, 4) + big_endian(at, 8) + '\1' + big_endian(3600, 4) + std::string(2, '\0') +
         big_endian(7200, 4) + std::string(2, '\0') + std::string("ABC\0", 4) + "\n" + rule + "\n";
}

Seconds at(int y, unsigned m, unsigned d, int h = 0, int min = 0) {
  return Seconds(sys_days(year(y) / month(m) / day(d))) + hours(h) + minutes(min);
}

seconds offset(const Zone& zone, Seconds time) { return zone.at(time).offset; }

}  // namespace

TEST(Zone, ReadsChangesAndTheRuleForTheFuture) {
  const auto zone = parse_zone(zone_file(1000, "CET-1CEST,M3.5.0,M10.5.0/3"), "Test");
  ASSERT_TRUE(zone) << zone.error().message();
  EXPECT_EQ(offset(*zone, Seconds(seconds(999))), hours(1));
  EXPECT_EQ(offset(*zone, Seconds(seconds(1000))), hours(2));
  EXPECT_EQ(offset(*zone, at(2026, 3, 29, 0, 59)), hours(1));
  EXPECT_EQ(offset(*zone, at(2026, 3, 29, 1)), hours(2));
  EXPECT_EQ(offset(*zone, at(2026, 10, 25, 0, 59)), hours(2));
  EXPECT_EQ(offset(*zone, at(2026, 10, 25, 1)), hours(1));
  EXPECT_EQ(offset(*zone, at(2150, 7, 1)), hours(2));
}

TEST(Zone, RefusesWhatIsNoZoneFile) {
  const auto whole = zone_file(1000, "CET-1CEST,M3.5.0,M10.5.0/3");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(parse_zone(whole.substr(0, size), "Test")) << size;
  EXPECT_FALSE(parse_zone(zone_file(1000, "CET-1CEST"), "Test"));
  EXPECT_FALSE(parse_zone(header(0, 0, 0, '\0'), "Test"));
  EXPECT_FALSE(parse_zone(header(0, 0, 0) + header(0, 0, 0) + "\n\n", "no kind of time"));
}

TEST(Zone, SurvivesAnyBytes) {
  headgate::test::Random random(11);
  const auto whole = zone_file(1000, "EST5EDT,M3.2.0,M11.1.0");
  for (int i = 0; i < 20'000; ++i) {
    auto broken = whole;
    for (std::size_t n = random.below(6) + 1; n > 0; --n) broken[random.below(broken.size())] = random.byte();
    if (const auto zone = parse_zone(broken, "Test")) {
      const auto span = period_at(*zone, Period::day, at(2026, 6, 1, 12));
      EXPECT_TRUE(span.holds(at(2026, 6, 1, 12)));
    }
  }
}

TEST(PosixRule, ReadsEveryForm) {
  for (const char* text :
       {"UTC0", "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30", "IST-1GMT0,M10.5.0,M3.5.0/1",
        "<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "XXX3EDT4,0/0,J365/23", "EET-2EEST,M3.4.4/50,M10.4.4/50"})
    EXPECT_TRUE(parse_posix_rule(text)) << text;
  for (const char* text :
       {"", "UT0", "EST", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,",
        "<+0330-3:30", "EST25", "EST5EDT,M3.6.0,M11.1.0", "EST5EDT,J0,J365", "EST5:60"})
    EXPECT_FALSE(parse_posix_rule(text)) << text;
}

TEST(PosixRule, KnowsNegativeDaylightTimeAndHoursBeyondADay) {
  const auto irish = parse_posix_rule("IST-1GMT0,M10.5.0,M3.5.0/1")->changes_in(year(2026));
  EXPECT_EQ(irish.first.at, at(2026, 10, 25, 1));
  EXPECT_EQ(irish.first.offset, seconds(0));
  EXPECT_EQ(irish.second.at, at(2026, 3, 29, 1));
  const auto gaza = parse_posix_rule("EET-2EEST,M3.4.4/50,M10.4.4/50")->changes_in(year(2026));
  EXPECT_EQ(gaza.first.at, at(2026, 3, 28, 0));
}

}  // namespace headgate::budget
