// Coroutines on a loop that runs in the thread of the test, in bounded time.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>

#include "headgate/net/loop.hpp"

namespace headgate::test {

inline constexpr std::chrono::seconds patience{10};  // with anything that ought to happen

// Runs the loop until `condition` holds. False when it still does not after `patience`.
template <typename Condition>
bool run_until(net::Loop& loop, Condition condition) {
  const auto limit = core::Clock::now() + patience;
  while (!condition() && core::Clock::now() < limit) loop.io().run_one_until(limit);
  return condition();
}

// One coroutine under way.
template <typename T>
class Running {
 public:
  Running(net::Loop& loop, net::Task<T> work) : loop_(loop), state_(std::make_shared<State>()) {
    loop.tasks().spawn(keep(state_, std::move(work)), [state = state_](std::exception_ptr bug) {
      state->bug = bug;
      state->done = true;
    });
  }

  bool done() const { return state_->done; }
  // Runs all that need not wait for time or peers; true when the coroutine has ended.
  bool settle() {
    loop_.io().poll();
    return done();
  }
  T get() {
    if (!run_until(loop_, [this] { return done(); })) throw std::runtime_error("a coroutine did not end in time");
    if (state_->bug) std::rethrow_exception(state_->bug);
    return std::move(*state_->value);
  }

 private:
  struct State {
    std::optional<T> value;
    std::exception_ptr bug;
    bool done = false;
  };
  static net::Task<void> keep(std::shared_ptr<State> state, net::Task<T> work) { state->value.emplace(co_await work); }

  net::Loop& loop_;
  std::shared_ptr<State> state_;
};

template <typename T>
T run(net::Loop& loop, net::Task<T> work) {
  return Running<T>(loop, std::move(work)).get();
}

}  // namespace headgate::test
