#include "file_watch.hpp"

#include <gmock/gmock.h>

namespace headgate::app {
namespace {

using namespace std::chrono_literals;

const FileMarks first{{"a", "1"}}, second{{"a", "2"}};
const core::TimePoint start{};

FileWatch watch_of(const FileMarks& marks) {
  FileWatch watch(1s);
  watch.loaded(marks);
  return watch;
}

}  // namespace

TEST(FileWatch, FollowsTheFilesThatSecretsComeFrom) {
  config::Settings settings;
  settings.data_dir = "/data";
  auto& account = settings.providers.emplace_back();
  account.key_source = "file:/k";
  account.sources = {{"access_key", "env:ID"}, {"secret_key", "secret:aws"}, {"credentials", "file:/sa.json"}};
  EXPECT_THAT(files_of(settings, "headgate.yaml"),
              testing::ElementsAre("headgate.yaml", "/k", "/data/secrets/aws", "/sa.json"));
}

TEST(FileWatch, IsDueWhenAFileHasChanged) {
  const auto watch = watch_of(first);
  EXPECT_FALSE(watch.is_due(first, start));
  EXPECT_TRUE(watch.is_due(second, start));
}

TEST(FileWatch, TriesAgainAfterAFailureAlthoughNothingChanged) {
  auto watch = watch_of(first);
  watch.failed(second, start);
  EXPECT_FALSE(watch.is_due(second, start));
  EXPECT_TRUE(watch.is_due(second, start + 1s));
  watch.loaded(second);
  EXPECT_FALSE(watch.has_failed());
  EXPECT_FALSE(watch.is_due(second, start + 1h));
}

TEST(FileWatch, TriesAtGrowingDistancesUpToTheLongest) {
  auto watch = watch_of(first);
  auto now = start;
  for (const auto pause : {250ms, 500ms, 1000ms, 1000ms}) {
    watch.failed(second, now);
    EXPECT_FALSE(watch.is_due(second, now + pause - 1ms));
    EXPECT_TRUE(watch.is_due(second, now += pause));
  }
}

TEST(FileWatch, AFailureIsNewsOncePerChange) {
  auto watch = watch_of(first);
  EXPECT_TRUE(watch.is_news(first)) << "nothing has failed yet";
  EXPECT_TRUE(watch.is_news(second));
  watch.failed(second, start);
  EXPECT_FALSE(watch.is_news(second));
  EXPECT_TRUE(watch.is_news(first));
}

TEST(FileWatch, AChangeIsDueAtOnceAlsoAfterManyFailures) {
  auto watch = watch_of(first);
  for (int i = 0; i < 5; ++i) watch.failed(first, start);
  EXPECT_TRUE(watch.is_due(second, start));
}

TEST(FileWatch, FollowsOtherFilesWithoutForgettingWhatChangedMeanwhile) {
  auto watch = watch_of({{"/nowhere/a", "seen"}, {"/nowhere/b", "seen"}});
  watch.follow({"/nowhere/a", "/nowhere/c"});
  EXPECT_FALSE(watch.is_due({{"/nowhere/a", "seen"}, {"/nowhere/c", ""}}, start));
  EXPECT_TRUE(watch.is_due(marks_of({"/nowhere/a", "/nowhere/c"}), start)) << "a has changed since it was read";
}

TEST(FilesOf, AreAllThatSettingsWereMadeFrom) {
  config::Settings settings;
  settings.data_dir = "data";
  settings.providers.resize(3);
  settings.providers[0].key_source = "file:/run/key";
  settings.providers[1].key_source = "secret:lab";
  settings.providers[1].ca_file = "ca.pem";
  settings.providers[2].key_source = "env:KEY";
  settings.server.tls = server::TlsSettings{"cert.pem", "key.pem", ""};
  EXPECT_THAT(
      files_of(settings, "headgate.yaml"),
      testing::UnorderedElementsAre("headgate.yaml", "/run/key", "data/secrets/lab", "ca.pem", "cert.pem", "key.pem"));
}

}  // namespace headgate::app
