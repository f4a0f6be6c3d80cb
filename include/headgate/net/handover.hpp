// An answer that another thread gives to whoever waits for it on a loop.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "headgate/net/loop.hpp"

namespace headgate::net {

// For one answer. Worker-confined, but for taker(). May end before the answer comes, which then finds nobody.
template <typename T>
class Handover {
 public:
  explicit Handover(Loop& loop) : arrived_(loop), state_(std::make_shared<State>(loop, arrived_)) {}
  ~Handover() { state_->leave(); }
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  // To be called once, from any thread.
  std::function<void(T)> taker() {
    return [state = state_](T value) { State::take(state, std::move(value)); };
  }

  // Nothing: it did not come in time.
  Task<std::optional<T>> wait_until(core::TimePoint deadline) {
    (void)co_await arrived_.wait_until(deadline);
    co_return state_->value();
  }

 private:
  class State {
   public:
    State(Loop& loop, Signal& arrived) : loop_(&loop), arrived_(&arrived) {}

    // The loop lives as long as there is somebody who waits on it.
    static void take(const std::shared_ptr<State>& state, T value) {
      const std::lock_guard lock(state->mutex_);
      if (state->loop_ == nullptr) return;
      state->value_.emplace(std::move(value));
      asio::post(state->loop_->io(), [state] {
        if (state->arrived_ != nullptr) state->arrived_->notify();
      });
    }
    void leave() {
      const std::lock_guard lock(mutex_);
      loop_ = nullptr;
      arrived_ = nullptr;
    }
    std::optional<T> value() {
      const std::lock_guard lock(mutex_);
      return std::exchange(value_, std::nullopt);
    }

   private:
    std::mutex mutex_;
    Loop* loop_;
    Signal* arrived_;  // changed and used on the loop only
    std::optional<T> value_;
  };

  Signal arrived_;
  std::shared_ptr<State> state_;
};

}  // namespace headgate::net
