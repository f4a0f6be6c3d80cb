#include "drill_file.hpp"

#include <gmock/gmock.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace headgate::app {
namespace {

using testing::HasSubstr;

class DrillFile : public testing::Test {
 protected:
  DrillFile() {
    std::string name = testing::TempDir() + "/drillXXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder to test in");
    folder_ = name;
  }
  ~DrillFile() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) {
    std::filesystem::create_directories(folder_ + "/drills");
    std::ofstream(folder_ + "/drills/last.json") << text;
  }

  std::string folder_;
};

const core::WallTime noon{std::chrono::seconds(1'700'000'000)};

}  // namespace

TEST_F(DrillFile, IsNotThereBeforeTheFirst) {
  const auto last = read_last_drill(folder_);
  ASSERT_TRUE(last);
  EXPECT_FALSE(*last);
}

TEST_F(DrillFile, KeepsTheReportAndTheLastSuccess) {
  const std::string report = R"({"passed":false,"checks":[]})";
  ASSERT_TRUE(write_last_drill(folder_, {noon, noon + std::chrono::hours(3), report}));
  const auto last = read_last_drill(folder_);
  ASSERT_TRUE(last);
  ASSERT_TRUE(*last);
  EXPECT_EQ((*last)->last_success, noon);
  EXPECT_EQ((*last)->finished, noon + std::chrono::hours(3));
  EXPECT_EQ((*last)->report, report);
}

TEST_F(DrillFile, KeepsThatThereWasNoSuccess) {
  ASSERT_TRUE(write_last_drill(folder_, {{}, noon, "{}"}));
  EXPECT_FALSE(read_last_drill(folder_).value()->last_success);
}

TEST_F(DrillFile, IsRefusedWhenItIsDamaged) {
  for (const char* text :
       {"", "{", "[]", "{}", R"({"last_success":null,"finished":1})",
        R"({"last_success":"yes","finished":1,"report":{}})", R"({"last_success":null,"finished":-1,"report":{}})",
        R"({"last_success":null,"finished":99999999999999,"report":{}})",
        R"({"last_success":null,"finished":1,"report":"x"})"}) {
    SCOPED_TRACE(text);
    write(text);
    const auto last = read_last_drill(folder_);
    ASSERT_FALSE(last);
    EXPECT_THAT(last.error().message(), HasSubstr("last.json is damaged"));
  }
}

}  // namespace headgate::app
