#include "headgate/store/sqlite_responses.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <future>

#include "calls.hpp"
#include "sqlite.hpp"
#include "support.hpp"

namespace headgate::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto some_day = core::WallTime(std::chrono::days(20'000));

// A store whose clock is turned by hand; its calls are waited for.
class Lab {
 public:
  explicit Lab(ResponseLimits limits = {}) : limits_(limits) { open(); }

  void open() {
    store_.reset();
    SqliteResponsesSettings settings;
    settings.file = file();
    settings.limits = limits_;
    settings.busy_wait = core::milliseconds(20);
    settings.clean_every = core::milliseconds(1);
    settings.now = [this] { return now_.load(); };
    auto opened = open_sqlite_responses(std::move(settings));
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
  }

  std::string file() const { return folder_ / "responses.db"; }
  void pass(core::milliseconds time) { now_ = now_.load() + time; }
  Responses& store() { return *store_; }

  core::Result<void> save(const std::string& tenant, const std::string& id, const std::string& previous = {},
                          std::size_t size = 10) {
    std::promise<core::Result<void>> told;
    store_->save({tenant, id, previous, now_.load(), R"(["in )" + id + R"("])", std::string(size, 'x')},
                 core::no_deadline, [&](core::Result<void> saved) { told.set_value(std::move(saved)); });
    return told.get_future().get();
  }
  core::Result<ResponsesFound> find(ResponsesAsked asked, core::TimePoint by = core::no_deadline) {
    std::promise<core::Result<ResponsesFound>> told;
    store_->find(std::move(asked), by, [&](core::Result<ResponsesFound> found) { told.set_value(std::move(found)); });
    return told.get_future().get();
  }
  bool has(const std::string& tenant, const std::string& id) {
    const auto found = find({tenant, {}, {id}});
    EXPECT_TRUE(found);
    return found && !found->others.empty();
  }
  core::Result<bool> erase(const std::string& tenant, const std::string& id) {
    std::promise<core::Result<bool>> told;
    store_->erase(tenant, id, core::no_deadline, [&](core::Result<bool> erased) { told.set_value(std::move(erased)); });
    return told.get_future().get();
  }
  std::vector<std::string> chain(const std::string& tenant, const std::string& last) {
    std::vector<std::string> ids;
    const auto found = find({tenant, last, {}});
    EXPECT_TRUE(found);
    if (found)
      for (const auto& one : found->chain) ids.push_back(one.id);
    return ids;
  }
  std::int64_t rows() {
    const auto database = Database::open(file(), core::milliseconds(1000));
    return *database->number("SELECT count(*) FROM response");
  }

 private:
  test::Folder folder_;
  ResponseLimits limits_;
  std::atomic<core::WallTime> now_ = some_day;
  std::unique_ptr<Responses> store_;
};

ResponseLimits with(std::size_t tenant, std::size_t total) {
  ResponseLimits limits;
  limits.max_tenant = tenant;
  limits.max_total = total;
  return limits;
}

}  // namespace

TEST(StoredResponses, AreFoundAsTheyWereSaved) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  ASSERT_TRUE(lab.save("ada", "resp_2", "resp_1"));
  const auto found = lab.find({"ada", {}, {"resp_2", "resp_9"}});
  ASSERT_EQ(found->others.size(), 1u);
  const auto& one = found->others.front();
  EXPECT_EQ(one.id, "resp_2");
  EXPECT_EQ(one.tenant, "ada");
  EXPECT_EQ(one.previous, "resp_1");
  EXPECT_EQ(one.created, some_day);
  EXPECT_EQ(one.input, R"(["in resp_2"])");
  EXPECT_EQ(one.response, "xxxxxxxxxx");
}

TEST(StoredResponses, AreTheirTenantsAlone) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  EXPECT_FALSE(lab.has("bob", "resp_1"));
  EXPECT_FALSE(lab.has("", "resp_1"));
  EXPECT_EQ(lab.find({"bob", "resp_1", {}})->missing, "resp_1");
  EXPECT_FALSE(*lab.erase("bob", "resp_1"));
  EXPECT_TRUE(lab.has("ada", "resp_1"));
}

TEST(StoredResponses, AChainOfAnothersLinkEndsThere) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  ASSERT_TRUE(lab.save("bob", "resp_2", "resp_1"));
  const auto found = lab.find({"bob", "resp_2", {}});
  ASSERT_EQ(found->chain.size(), 1u);
  EXPECT_EQ(found->missing, "resp_1");
}

TEST(StoredResponses, AChainIsToldFromItsBeginning) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  ASSERT_TRUE(lab.save("ada", "resp_2", "resp_1"));
  ASSERT_TRUE(lab.save("ada", "resp_3", "resp_2"));
  ASSERT_TRUE(lab.save("ada", "resp_4", "resp_1"));
  EXPECT_THAT(lab.chain("ada", "resp_3"), ElementsAre("resp_1", "resp_2", "resp_3"));
  EXPECT_THAT(lab.chain("ada", "resp_4"), ElementsAre("resp_1", "resp_4"));
  ASSERT_TRUE(*lab.erase("ada", "resp_2"));
  EXPECT_EQ(lab.find({"ada", "resp_3", {}})->missing, "resp_2");
  EXPECT_THAT(lab.chain("ada", "resp_3"), ElementsAre("resp_3"));
}

TEST(StoredResponses, AChainHasItsBounds) {
  ResponseLimits limits;
  limits.max_chain = 3;
  limits.max_chain_bytes = 10'000;
  Lab lab(limits);
  for (const std::string tenant : {"long", "large"}) {
    std::string previous;
    for (int i = 0; i < 4; ++i) {
      const auto id = tenant + std::to_string(i);
      ASSERT_TRUE(lab.save(tenant, id, previous, tenant == "large" ? 4'000 : 10));
      previous = id;
    }
  }
  EXPECT_FALSE(lab.find({"long", "long2", {}})->too_long);
  EXPECT_TRUE(lab.find({"long", "long3", {}})->too_long);
  EXPECT_FALSE(lab.find({"large", "large1", {}})->too_long);
  EXPECT_TRUE(lab.find({"large", "large2", {}})->too_long);
  EXPECT_FALSE(lab.find({"large", {}, {"large0", "large1"}})->too_long);
  EXPECT_TRUE(lab.find({"large", {}, {"large0", "large1", "large2"}})->too_long);
  EXPECT_TRUE(lab.find({"long", {}, {"long0", "long1", "long2", "long3"}})->too_long);
}

TEST(StoredResponses, ADeletedOneIsGoneAndLeavesNoBytes) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1", {}, 5'000));
  EXPECT_TRUE(*lab.erase("ada", "resp_1"));
  EXPECT_FALSE(*lab.erase("ada", "resp_1"));
  EXPECT_FALSE(lab.has("ada", "resp_1"));
  const auto database = Database::open(lab.file(), core::milliseconds(1000));
  EXPECT_EQ(*database->number("SELECT count(*) FROM response_bytes"), 0);
}

TEST(StoredResponses, TheOldestOfATenantMakesRoom) {
  Lab lab(with(3'500, 1'000'000));
  for (const char* id : {"resp_1", "resp_2", "resp_3", "resp_4"}) ASSERT_TRUE(lab.save("ada", id, {}, 500));
  EXPECT_FALSE(lab.has("ada", "resp_1"));
  for (const char* id : {"resp_2", "resp_3", "resp_4"}) EXPECT_TRUE(lab.has("ada", id)) << id;
}

TEST(StoredResponses, WhoHasMostMakesRoomForAll) {
  Lab lab(with(1'000'000, 4'500));
  ASSERT_TRUE(lab.save("bob", "resp_b", {}, 500));
  for (const char* id : {"resp_1", "resp_2", "resp_3", "resp_4"}) ASSERT_TRUE(lab.save("ada", id, {}, 500));
  EXPECT_TRUE(lab.has("bob", "resp_b")) << "the oldest of all, but its tenant has little";
  EXPECT_FALSE(lab.has("ada", "resp_1"));
  EXPECT_TRUE(lab.has("ada", "resp_4"));
}

TEST(StoredResponses, WhatIsTooLargeIsRefusedAndPushesNothingOut) {
  auto limits = with(100'000, 100'000);
  limits.max_response = 2'000;
  Lab lab(limits);
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  const auto refused = lab.save("ada", "resp_2", {}, 3'000);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("larger than may be stored: 2000"));
  EXPECT_TRUE(lab.has("ada", "resp_1"));
  EXPECT_FALSE(lab.has("ada", "resp_2"));
}

TEST(StoredResponses, AreKeptSoLongAndThenRemoved) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  lab.pass(std::chrono::days(29));
  ASSERT_TRUE(lab.save("ada", "resp_2", "resp_1"));
  EXPECT_TRUE(lab.has("ada", "resp_1"));
  lab.pass(std::chrono::days(1));
  EXPECT_FALSE(lab.has("ada", "resp_1"));
  EXPECT_FALSE(*lab.erase("ada", "resp_1"));
  EXPECT_EQ(lab.find({"ada", "resp_2", {}})->missing, "resp_1");
  for (int i = 0; i < 1000 && lab.rows() > 1; ++i) (void)lab.has("ada", "resp_2");  // the chore comes between calls
  EXPECT_EQ(lab.rows(), 1);
}

TEST(StoredResponses, AShorterTimeHoldsForThoseThatAreThere) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  lab.pass(std::chrono::hours(2));
  EXPECT_TRUE(lab.has("ada", "resp_1"));
  ResponseLimits limits;
  limits.keep = std::chrono::hours(1);
  lab.store().apply(limits);
  EXPECT_FALSE(lab.has("ada", "resp_1"));
}

TEST(StoredResponses, SurviveTheirStore) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  lab.open();
  EXPECT_TRUE(lab.has("ada", "resp_1"));
}

TEST(StoredResponses, WhatIsAskedTooLateIsNotDone) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  const auto late = lab.find({"ada", {}, {"resp_1"}}, core::Clock::now() - core::milliseconds(1));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), core::Code::overloaded);
}

TEST(StoredResponses, ALockedFileIsReadAndNotWritten) {
  Lab lab;
  ASSERT_TRUE(lab.save("ada", "resp_1"));
  {
    const auto other = Database::open(lab.file(), core::milliseconds(1000));
    auto held = Transaction::begin(*other);
    ASSERT_TRUE(held);
    const auto refused = lab.save("ada", "resp_2");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("Another process holds its lock"));
    EXPECT_FALSE(lab.erase("ada", "resp_1"));
    EXPECT_TRUE(lab.has("ada", "resp_1"));
  }
  EXPECT_TRUE(lab.save("ada", "resp_2"));
  EXPECT_TRUE(lab.has("ada", "resp_2"));
}

TEST(StoredResponses, ADamagedFileIsToldWithAWayOut) {
  const test::Folder folder;
  SqliteResponsesSettings settings;
  settings.file = folder / "responses.db";
  std::ofstream(settings.file) << std::string(5'000, 'z');
  ::chmod(settings.file.c_str(), 0600);
  const auto opened = open_sqlite_responses(settings);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("responses.db"));
  EXPECT_THAT(opened.error().message(), HasSubstr("Move it away"));
}

TEST(StoredResponses, AFileThatOthersMayReadIsRefused) {
  const test::Folder folder;
  SqliteResponsesSettings settings;
  settings.file = folder / "responses.db";
  std::ofstream(settings.file).close();
  ::chmod(settings.file.c_str(), 0644);
  const auto opened = open_sqlite_responses(settings);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message(), HasSubstr("chmod 600"));
}

TEST(Calls, AreBoundedInNumberAndBytesAndAllRun) {
  std::promise<void> go;
  std::atomic<int> ran = 0;
  {
    Calls calls({2, 100, core::milliseconds(60'000), [] {}});
    std::promise<void> begun;
    ASSERT_TRUE(calls.add(0, [&] {
      begun.set_value();
      go.get_future().wait();
    }));
    begun.get_future().wait();
    EXPECT_TRUE(calls.add(60, [&] { ++ran; }));
    EXPECT_FALSE(calls.add(60, [&] { ++ran; })) << "too many bytes";
    EXPECT_TRUE(calls.add(10, [&] { ++ran; }));
    EXPECT_FALSE(calls.add(1, [&] { ++ran; })) << "too many";
    go.set_value();
  }
  EXPECT_EQ(ran, 2);
}

}  // namespace headgate::store
