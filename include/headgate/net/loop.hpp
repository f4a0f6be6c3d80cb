// One worker: an event loop on one thread, and what everything on it shares.
#pragma once

#include <array>
#include <boost/asio/post.hpp>
#include <functional>
#include <vector>

#include "headgate/core/error.hpp"
#include "headgate/net/asio.hpp"
#include "headgate/net/deadline_wheel.hpp"

namespace headgate::net {

// A wait that somebody else may end. Worker-confined.
class Stoppable {
 public:
  virtual void stop() = 0;

 protected:
  ~Stoppable() = default;
};

// Says that a request is not to be finished, and ends whatever is being waited for on its behalf.
// One a session; worker-confined.
class Interrupt {
 public:
  enum class Reason { none, client_gone, shutdown, superseded };

  void raise(Reason reason) {
    reason_ = reason;
    if (waiting_ != nullptr) waiting_->stop();
  }
  bool raised() const { return reason_ != Reason::none; }
  // What the interrupted step fails with: client_gone, by name perhaps `superseded`, or draining.
  core::Error error() const {
    if (reason_ == Reason::shutdown)
      return core::Error(core::Code::draining, "The gateway is shutting down. Send the request again.");
    auto gone = core::Error(core::Code::client_gone);
    if (reason_ == Reason::superseded) gone.with_name("superseded");  // somebody else has answered
    return gone;
  }

  // While it lives, raise() stops `stoppable`; one that came before stops it at once.
  class Scope {
   public:
    Scope(Interrupt& interrupt, Stoppable& stoppable)
        : interrupt_(interrupt), outer_(std::exchange(interrupt.waiting_, &stoppable)) {
      if (interrupt.raised()) stoppable.stop();
    }
    ~Scope() { interrupt_.waiting_ = outer_; }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Interrupt& interrupt_;
    Stoppable* outer_;
  };

 private:
  Reason reason_ = Reason::none;
  Stoppable* waiting_ = nullptr;
};

// A client connection that is not being read while its answer is made. Its peer's leaving is seen
// by one poll() over all of them a tick, so that a quick answer pays nothing. Worker-confined.
class WatchedPeer
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  WatchedPeer(int descriptor, Interrupt& interrupt) : descriptor_(descriptor), interrupt_(interrupt) {}
  WatchedPeer(const WatchedPeer&) = delete;
  WatchedPeer& operator=(const WatchedPeer&) = delete;

 private:
  friend class Loop;
  int descriptor_;
  Interrupt& interrupt_;
};

// Worker-confined, but for post() and stop().
class Loop {
 public:
  Loop();

  asio::io_context& io() { return io_; }
  DeadlineWheel& deadlines() { return deadlines_; }
  // Ends when everything that was ready has been taken a step further. Writes wait for it, so that
  // under load they leave one behind the other: a peer that is awake need not be woken again, which
  // costs more than all else a write does.
  auto rest_of_turn() { return asio::post(io_, returned); }
  void watch(WatchedPeer& peer) { watched_.push_back(peer); }
  Nursery& tasks() { return tasks_; }
  // Called about once a second, for housekeeping.
  void each_second(std::function<void(core::TimePoint)> chore) { chores_.push_back(std::move(chore)); }

  // Runs until stop(). An exception that leaves a handler is a bug: it is told to `on_bug`, and the
  // loop goes on with the other sessions.
  void run(const std::function<void(const char*)>& on_bug);
  void stop() { io_.stop(); }

  // Small writes of several pieces are gathered here for TLS; used between two awaits only.
  static constexpr std::size_t scratch_size = 16 * 1024;
  char* scratch() { return scratch_.data(); }

 private:
  void tick();
  void sweep_watched();

  // Coroutines that are still suspended die with io_; what they unlink from must outlive it.
  DeadlineWheel deadlines_;
  boost::intrusive::list<WatchedPeer, boost::intrusive::constant_time_size<false>> watched_;
  std::vector<std::function<void(core::TimePoint)>> chores_;
  core::TimePoint next_chores_;
  static constexpr unsigned ticks_between_sweeps = 4;
  unsigned ticks_ = 0;
  std::array<char, scratch_size> scratch_;
  // Sockets and timers are touched by this thread only; post() and stop() keep their locks.
  asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::steady_timer timer_{io_};
  Nursery tasks_;
};

// Wakes a coroutine that waits for something another part of the same worker does. Worker-confined.
class Signal final : public Stoppable {
 public:
  explicit Signal(Loop& loop) : timer_(loop.io()) {}

  void notify() {
    notified_ = true;
    timer_.cancel();
  }
  void stop() override {
    stopped_ = true;
    timer_.cancel();
  }
  // True when notified; false at the deadline or when stopped.
  Task<bool> wait_until(core::TimePoint deadline) {
    if (!notified_ && !stopped_) {
      timer_.expires_at(deadline);
      (void)co_await timer_.async_wait(returned);
    }
    co_return std::exchange(notified_, false);
  }

 private:
  asio::steady_timer timer_;
  bool notified_ = false;
  bool stopped_ = false;
};

}  // namespace headgate::net
