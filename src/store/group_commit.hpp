// A bounded queue and the one thread that empties it. Whatever has gathered goes out together; what
// cannot be written stays and is tried again.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <thread>

#include "headgate/store/ledger.hpp"

namespace headgate::store {

// Shared. Its end waits for a last attempt to write what is left.
class GroupCommit {
 public:
  struct Entry {
    budget::LedgerRow row;
    Done done;
  };
  // Writes all or none, on the thread.
  using Write = std::function<core::Result<void>(std::span<const Entry>)>;
  struct Settings {
    std::size_t max_waiting;
    core::milliseconds retry_every;
    OnFailure on_failure;
  };

  GroupCommit(Settings settings, Write write);
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  bool append(budget::LedgerRow row, Done done);
  bool admits() const;
  LedgerState state() const;
  // Until all that was appended before has been tried at least once.
  void wait_for_attempt();

 private:
  using Lock = std::unique_lock<std::mutex>;

  void run();
  void take_batch();
  void wrote(Lock& lock);
  void failed(Lock& lock, core::Error why);
  std::size_t waiting() const { return queue_.size() + batch_.size(); }

  const Settings settings_;
  const Write write_;
  mutable std::mutex mutex_;
  std::condition_variable wake_, attempted_;
  std::deque<Entry> queue_;
  std::vector<Entry> batch_;  // only the thread changes it
  std::uint64_t attempts_ = 0;
  bool stopping_ = false;
  LedgerState state_;
  std::thread thread_;
};

}  // namespace headgate::store
