#include "schema.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "support.hpp"

namespace headgate::store {
namespace {

using testing::HasSubstr;

constexpr core::milliseconds wait{20};
constexpr const char* first = "CREATE TABLE things (name TEXT) STRICT; INSERT INTO things VALUES ('kept')";
constexpr const char* second = "ALTER TABLE things ADD COLUMN size INTEGER; UPDATE things SET size = 7";
constexpr const char* broken = "ALTER TABLE things ADD COLUMN weight INTEGER; UPDATE nothing SET weight = 1";

Database make(const std::string& file) {
  std::ofstream(file).close();
  auto database = Database::open(file, wait);
  EXPECT_TRUE(database->run("PRAGMA journal_mode = WAL"));
  return std::move(*database);
}

core::Result<void> migrate_to(const Database& database, std::vector<const char*> steps) {
  return migrate(database, steps, wait);
}

}  // namespace

TEST(Schema, ClimbsFromAnyVersionAndBacksUpWhatWasThere) {
  const test::Folder folder;
  const auto database = make(folder / "some.db");
  ASSERT_TRUE(migrate_to(database, {first}));
  EXPECT_FALSE(std::filesystem::exists(folder / "some.db.schema-0.bak"));
  ASSERT_TRUE(migrate_to(database, {first, second}));
  EXPECT_EQ(*database.number("SELECT size FROM things"), 7);
  EXPECT_EQ(*database.number("SELECT version FROM schema_version"), 2);

  const auto backup = Database::open(folder / "some.db.schema-1.bak", wait);
  ASSERT_TRUE(backup);
  EXPECT_EQ(*backup->text("SELECT name FROM things"), "kept");
  EXPECT_FALSE(backup->number("SELECT size FROM things"));
  struct stat found {};
  ASSERT_EQ(::stat((folder / "some.db.schema-1.bak").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
}

TEST(Schema, DoesNothingWhenItIsUpToDate) {
  const test::Folder folder;
  const auto database = make(folder / "some.db");
  ASSERT_TRUE(migrate_to(database, {first}));
  ASSERT_TRUE(migrate_to(database, {first}));
  EXPECT_EQ(*database.number("SELECT count(*) FROM things"), 1);
}

TEST(Schema, LeavesAllAsItWasWhenAStepFails) {
  const test::Folder folder;
  const auto database = make(folder / "some.db");
  ASSERT_TRUE(migrate_to(database, {first}));
  EXPECT_FALSE(migrate_to(database, {first, second, broken}));
  EXPECT_EQ(*database.number("SELECT version FROM schema_version"), 1);
  EXPECT_FALSE(database.number("SELECT size FROM things"));
  EXPECT_FALSE(database.in_transaction());
  EXPECT_TRUE(migrate_to(database, {first, second}));
}

TEST(Schema, RefusesAFileOfANewerRelease) {
  const test::Folder folder;
  const auto database = make(folder / "some.db");
  ASSERT_TRUE(migrate_to(database, {first, second}));
  const auto refused = migrate_to(database, {first});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("newer release: its schema is 2, this release knows up to 1"));
  EXPECT_EQ(*database.number("SELECT version FROM schema_version"), 2);
}

TEST(Schema, RefusesTheDatabaseOfAnotherProgram) {
  const test::Folder folder;
  const auto database = make(folder / "some.db");
  ASSERT_TRUE(database.run("CREATE TABLE bookmarks (url TEXT)"));
  const auto refused = migrate_to(database, {first});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("another program"));
}

}  // namespace headgate::store
