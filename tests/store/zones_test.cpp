#include "headgate/store/zones.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "headgate/budget/calendar.hpp"

namespace headgate::store {
namespace {

using namespace std::chrono;
using budget::Seconds;

Seconds at(int y, unsigned m, unsigned d, int h = 0) {
  return Seconds(sys_days(year(y) / month(m) / day(d))) + hours(h);
}

}  // namespace

TEST(Zones, KnowUtcWithoutAnyFile) { EXPECT_TRUE(load_zone("UTC", "/nowhere")); }

TEST(Zones, RefuseNamesThatAreNone) {
  for (const char* name : {"", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "Europe/Ber lin"}) {
    const auto zone = load_zone(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_NE(zone.error().message().find("Europe/Berlin"), std::string::npos);
  }
}

TEST(Zones, ReadTheSystemsFiles) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) GTEST_SKIP() << "no package tzdata here";
  const auto berlin = load_zone("Europe/Berlin");
  ASSERT_TRUE(berlin) << berlin.error().message();
  EXPECT_EQ((*berlin)->at(at(2026, 1, 1)).offset, hours(1));
  EXPECT_EQ((*berlin)->at(at(2026, 7, 1)).offset, hours(2));
  EXPECT_EQ((*berlin)->at(at(2099, 7, 1)).offset, hours(2));
  const auto kathmandu = load_zone("Asia/Kathmandu");
  ASSERT_TRUE(kathmandu);
  EXPECT_EQ((*kathmandu)->at(at(2026, 7, 1)).offset, minutes(345));
}

// The C library reads the same files in its own way.
TEST(Zones, AgreeWithTheCLibrary) {
  if (!std::filesystem::exists("/usr/share/zoneinfo/Europe/Berlin")) GTEST_SKIP() << "no package tzdata here";
  for (const char* name :
       {"Europe/Berlin", "America/New_York", "Europe/Dublin", "Africa/Casablanca", "Australia/Lord_Howe",
        "America/St_Johns", "Pacific/Apia", "Asia/Gaza", "America/Nuuk", "Asia/Beirut"}) {
    const auto zone = load_zone(name);
    ASSERT_TRUE(zone) << zone.error().message();
    ::setenv("TZ", name, 1);
    ::tzset();
    for (Seconds time = at(1995, 1, 1); time < at(2060, 1, 1); time += hours(31)) {
      const std::time_t moment = time.time_since_epoch().count();
      std::tm local{};
      ::localtime_r(&moment, &local);
      ASSERT_EQ((*zone)->at(time).offset.count(), local.tm_gmtoff) << name << " " << moment;
    }
  }
  ::unsetenv("TZ");
  ::tzset();
}

}  // namespace headgate::store
