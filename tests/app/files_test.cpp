#include "files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

namespace headgate::app {
namespace {

// Whether somebody else could take the lock now.
bool is_free(const std::string& path) {
  const int other = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  const bool taken = ::flock(other, LOCK_EX | LOCK_NB) == 0;
  ::close(other);
  return taken;
}

}  // namespace

TEST(FileLock, IsHeldAsLongAsItLives) {
  const auto path = testing::TempDir() + "headgate-files-test.lock";
  {
    const auto lock = FileLock::take(path);
    ASSERT_TRUE(lock);
    EXPECT_FALSE(is_free(path));
  }
  EXPECT_TRUE(is_free(path));
  std::filesystem::remove(path);
}

TEST(FileLock, SaysWhenItCannotBeTaken) {
  const auto lock = FileLock::take("/nowhere/at/all/keys.lock");
  ASSERT_FALSE(lock);
  EXPECT_NE(lock.error().message().find("/nowhere/at/all/keys.lock"), std::string::npos);
}

}  // namespace headgate::app
