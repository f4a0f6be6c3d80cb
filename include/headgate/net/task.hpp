// A coroutine of ours: lighter than Asio's awaitable, which goes through a thread object, a type-
// erased executor and a frame of its own for every operation. A child that ends without waiting
// costs a call and a return, and never deepens the stack.
#pragma once

#include "headgate/net/frame_pool.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/intrusive/list.hpp>
#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <tuple>
#include <utility>

namespace headgate::net {

template <typename T>
class Task;

namespace detail {

struct PromiseCore {
  // A request lives in some twenty frames; they are kept for the next one.
  static void* operator new(std::size_t size) { return FramePool::of_this_thread().take(size); }
  static void operator delete(void* frame, std::size_t size) { FramePool::of_this_thread().give_back(frame, size); }

  std::coroutine_handle<> continuation;
  std::exception_ptr exception;
  bool runs_inside_caller = false;

  struct Ending {
    bool await_ready() noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) noexcept {
      PromiseCore& promise = ended.promise();
      // Inside its caller the end is seen there; otherwise the caller sleeps and is woken.
      if (!promise.runs_inside_caller && promise.continuation) promise.continuation.resume();
    }
    void await_resume() noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  Ending final_suspend() noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <typename T>
struct Promise : PromiseCore {
  std::optional<T> value;
  Task<T> get_return_object();
  template <typename U>
  void return_value(U&& returned) {
    value.emplace(std::forward<U>(returned));
  }
  T take() { return std::move(*value); }
};

template <>
struct Promise<void> : PromiseCore {
  Task<void> get_return_object();
  void return_void() {}
  void take() {}
};

}  // namespace detail

// Starts when awaited; awaited once. Owns its frame. Worker-confined.
template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle handle) : handle_(handle) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> caller) {
    auto& promise = handle_.promise();
    promise.continuation = caller;
    promise.runs_inside_caller = true;
    handle_.resume();
    promise.runs_inside_caller = false;
    return !handle_.done();
  }
  // In place of awaiting: runs beside its owner, who keeps it until it is done, or for good.
  void start() {
    auto& promise = handle_.promise();
    promise.runs_inside_caller = true;
    handle_.resume();
    promise.runs_inside_caller = false;
  }
  bool done() const { return handle_.done(); }

  T await_resume() {
    auto& promise = handle_.promise();
    if (promise.exception) std::rethrow_exception(promise.exception);
    return promise.take();
  }

 private:
  Handle handle_;
};

namespace detail {

template <typename T>
Task<T> Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

}  // namespace detail

// Completion token: co_await socket.async_read_some(buffer, returned) yields the results as a tuple,
// the error among them.
struct Returned {};
inline constexpr Returned returned{};

// An operation of Asio that starts when awaited. Lives in the frame that awaits it.
template <typename Initiation, typename Arguments, typename... Results>
class Operation {
 public:
  Operation(Initiation initiation, Arguments arguments)
      : initiation_(std::move(initiation)), arguments_(std::move(arguments)) {}

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    std::apply(
        [&](auto&&... arguments) {
          std::move(initiation_)(Handler{this, caller}, std::forward<decltype(arguments)>(arguments)...);
        },
        std::move(arguments_));
  }
  std::tuple<Results...> await_resume() { return std::move(*results_); }

 private:
  struct Handler {
    Operation* operation;
    std::coroutine_handle<> caller;
    void operator()(Results... results) {
      operation->results_.emplace(std::move(results)...);
      caller.resume();
    }
  };

  Initiation initiation_;
  Arguments arguments_;
  std::optional<std::tuple<Results...>> results_;
};

// Tasks that run on their own until they end. Those still waiting when it ends are destroyed where
// they wait. Worker-confined.
class Nursery {
 public:
  Nursery() = default;
  Nursery(const Nursery&) = delete;
  Nursery& operator=(const Nursery&) = delete;
  ~Nursery() { end(); }

  // Starts at once. `done` hears of an exception that left the task, or null.
  void spawn(Task<void> task, std::function<void(std::exception_ptr)> done) {
    run(*this, std::move(task), std::move(done));
  }
  void end() {
    while (!roots_.empty()) std::coroutine_handle<RootPromise>::from_promise(roots_.front()).destroy();
  }

 private:
  struct Root;
  struct RootPromise : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    RootPromise(Nursery& nursery, Task<void>&, std::function<void(std::exception_ptr)>&) {
      nursery.roots_.push_back(*this);
    }
    Root get_return_object() { return {}; }
    std::suspend_never initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }  // only `done` can throw here, and must not
  };
  struct Root {
    using promise_type = RootPromise;
  };

  static Root run(Nursery&, Task<void> task, std::function<void(std::exception_ptr)> done) {
    std::exception_ptr exception;
    try {
      co_await task;
    } catch (...) {
      exception = std::current_exception();
    }
    done(exception);
  }

  boost::intrusive::list<RootPromise, boost::intrusive::constant_time_size<false>> roots_;
};

}  // namespace headgate::net

template <typename... Results>
class boost::asio::async_result<headgate::net::Returned, void(Results...)> {
 public:
  template <typename Initiation, typename... Arguments>
  static auto initiate(Initiation&& initiation, headgate::net::Returned, Arguments&&... arguments) {
    using Stored = std::tuple<std::decay_t<Arguments>...>;
    return headgate::net::Operation<std::decay_t<Initiation>, Stored, std::decay_t<Results>...>(
        std::forward<Initiation>(initiation), Stored(std::forward<Arguments>(arguments)...));
  }
};
