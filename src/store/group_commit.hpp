// A bounded queue and the one thread that empties it from time to time. Whatever has gathered goes out
// together; what cannot be written stays and is tried again. Rows do not wake the thread: waking it
// would cost more than writing them.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "headgate/store/ledger.hpp"
#include "journal.hpp"

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
    core::milliseconds commit_every;
    core::milliseconds retry_every;
    OnFailure on_failure;
  };

  // `journal` null: what waits is lost with the process.
  GroupCommit(Settings settings, Journal* journal, Write write);
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
  void wait_until_due(Lock& lock);
  void attempt(Lock& lock);
  void wrote(Lock& lock);
  void failed(Lock& lock, core::Error why);
  bool enough() const;
  std::size_t waiting() const { return queue_.size() + in_batch_; }

  const Settings settings_;
  const std::size_t enough_ =
      std::max<std::size_t>(settings_.max_waiting / 4, 1);  // not to be waited with; before admits() turns false
  Journal* const journal_;
  const Write write_;
  mutable std::mutex mutex_;  // of all but the batch
  std::condition_variable wake_, attempted_;
  std::vector<Entry> queue_;
  std::vector<Entry> batch_;                                // the thread's own
  std::size_t in_batch_ = 0;                                // of its rows, those not yet durable
  std::size_t unprotected_ = 0, unprotected_in_batch_ = 0;  // not in the journal
  std::uint64_t attempts_ = 0;
  bool writing_ = false, hurried_ = false, stopping_ = false;
  LedgerState state_;
  std::thread thread_;
};

}  // namespace headgate::store
