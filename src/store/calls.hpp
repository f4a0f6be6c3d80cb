// Calls to a store that wait for its one thread, bounded, in order.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "headgate/core/time.hpp"

namespace headgate::store {

// Shared. Its end waits for the calls that wait.
class Calls {
 public:
  struct Settings {
    std::size_t max_waiting;
    std::size_t max_waiting_bytes;
    core::milliseconds chore_every;
    std::function<void()> chore;  // from time to time, on the thread
  };
  explicit Calls(Settings settings);
  ~Calls();
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  // `call` is run on the thread and must not throw. False: there are too many already.
  bool add(std::size_t bytes, std::function<void()> call);

 private:
  struct Call {
    std::size_t bytes;
    std::function<void()> run;
  };
  void run();

  const Settings settings_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Call> waiting_;
  std::size_t waiting_bytes_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace headgate::store
