// Rows that wait, bounded, and the one thread that writes them from time to time. Whatever has gathered goes
// out together; what cannot be written stays and is tried again. Rows do not wake the thread: waking it would
// cost more than writing them. A row waits as bytes in the journal, in memory only when there is no room.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "batch.hpp"
#include "headgate/store/ledger.hpp"
#include "journal.hpp"

namespace headgate::store {

// Shared. Its end waits for a last attempt to write what is left.
class GroupCommit {
 public:
  // Writes all or none, on the thread, and tells how many rows there were.
  using Write = std::function<core::Result<std::size_t>(Batch)>;
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

  bool append(const budget::LedgerRowView& row, Done done);
  bool admits() const;
  LedgerState state() const;
  // Until all that was appended before has been tried at least once.
  void wait_for_attempt();

 private:
  using Lock = std::unique_lock<std::mutex>;
  struct Rows {
    std::size_t count = 0;
    std::vector<std::string> loose;  // the newest of them: those that the journal had no room for
    std::vector<Done> done;          // of whoever wants to be told
  };

  void run();
  void wait_until_due(Lock& lock);
  void attempt(Lock& lock);
  void wrote(Lock& lock, std::size_t count);
  void failed(Lock& lock, core::Error why);
  bool enough() const;
  std::size_t waiting() const { return gathering_.count + batch_.count; }

  const Settings settings_;
  const std::size_t enough_ =
      std::max<std::size_t>(settings_.max_waiting / 4, 1);  // not to be waited with; before admits() turns false
  Journal* const journal_;
  const Write write_;
  mutable std::mutex mutex_;
  std::condition_variable wake_, attempted_;
  Rows gathering_, batch_;  // the rows of the batch are read without the lock: only the thread changes it
  std::uint64_t attempts_ = 0;
  bool writing_ = false, hurried_ = false, stopping_ = false;
  LedgerState state_;
  std::thread thread_;
};

}  // namespace headgate::store
