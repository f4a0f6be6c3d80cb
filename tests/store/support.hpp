// Ledgers in a folder of their own, and waiting for what they promise.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>

#include "headgate/store/sqlite_ledger.hpp"

namespace headgate::store::test {

class Folder {
 public:
  Folder() {
    std::string name = testing::TempDir() + "/ledgerXXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder to test in");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// Counts what Done was told.
class Answers {
 public:
  Done done() {
    return [this](Written written) {
      const std::lock_guard lock(mutex_);
      ++(written == Written::durable ? durable_ : pending_);
      changed_.notify_all();
    };
  }
  bool wait_for_durable(std::size_t count) {
    return wait([&] { return durable_ >= count; });
  }
  bool wait_for_pending(std::size_t count) {
    return wait([&] { return pending_ >= count; });
  }
  std::size_t durable() {
    const std::lock_guard lock(mutex_);
    return durable_;
  }

 private:
  template <typename Condition>
  bool wait(Condition met) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), met);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t durable_ = 0, pending_ = 0;
};

inline const core::WallTime noon{std::chrono::sys_days(std::chrono::year(2026) / 3 / 10) + std::chrono::hours(12)};

inline budget::LedgerRow row(std::string id, std::int64_t picodollars = 1'000'000) {
  budget::LedgerRow row;
  row.request_id = std::move(id);
  row.time = noon;
  row.tenant = "support";
  row.key_id = "key1";
  row.model = "large";
  row.provider = "lab";
  row.cost = core::Money::picodollars(picodollars);
  return row;
}

inline SqliteLedgerSettings quick(std::string file) {
  SqliteLedgerSettings settings;
  settings.file = std::move(file);
  settings.commit_every = core::milliseconds(1);
  settings.busy_wait = core::milliseconds(20);
  settings.retry_every = core::milliseconds(5);
  return settings;
}

inline std::unique_ptr<Ledger> open(const std::string& file) {
  auto ledger = open_sqlite_ledger(quick(file));
  EXPECT_TRUE(ledger) << ledger.error().message();
  return ledger ? std::move(*ledger) : nullptr;
}

inline std::vector<budget::LedgerRow> rows(Ledger& ledger, core::WallTime since = {}) {
  std::vector<budget::LedgerRow> all;
  const auto told = ledger.replay(since, [&](const auto& each) { all.push_back(each); });
  EXPECT_TRUE(told) << told.error().message();
  return all;
}

}  // namespace headgate::store::test
