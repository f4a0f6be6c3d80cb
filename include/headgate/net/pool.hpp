// Connections to providers, kept warm: last in first out, capped, one pool an endpoint and worker.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "headgate/net/connector.hpp"
#include "headgate/net/flat_buffer.hpp"

namespace headgate::net {

// A connection and what was read ahead on it. Worker-confined.
struct Connection {
  explicit Connection(std::unique_ptr<Stream> opened) : stream(std::move(opened)) {}
  std::unique_ptr<Stream> stream;
  FlatBuffer in;
  bool reused = false;
  core::TimePoint idle_since{};
};

class Pool;

// A connection borrowed from a pool: goes back when told to, is closed otherwise. Worker-confined.
class Lease {
 public:
  Lease() = default;
  Lease(Pool* pool, std::unique_ptr<Connection> connection) : pool_(pool), connection_(std::move(connection)) {}
  Lease(Lease&& other) noexcept
      : pool_(std::exchange(other.pool_, nullptr)), connection_(std::move(other.connection_)) {}
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { end(false); }

  Connection& operator*() { return *connection_; }
  Connection* operator->() { return connection_.get(); }
  void give_back() { end(true); }
  explicit operator bool() const { return connection_ != nullptr; }

 private:
  void end(bool reusable);
  Pool* pool_ = nullptr;
  std::unique_ptr<Connection> connection_;
};

// Worker-confined.
class Pool {
 public:
  Pool(Loop& loop, NameCache& names, Endpoint endpoint, std::size_t max_connections);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // An idle connection that is still good; an empty lease when there is none.
  Lease take();
  // The newest idle connection that is still good, else a new one, else the next to come free.
  // Errors: those of connect(), overloaded when too many wait or none comes free in time.
  Task<core::Result<Lease>> acquire(core::TimePoint deadline, Interrupt& interrupt, bool fresh);
  void close_idle(core::TimePoint now);
  bool unused() const { return idle_.empty() && leased_ == 0 && waiting_.empty(); }

 private:
  friend class Lease;
  class Waiter;
  std::unique_ptr<Connection> take_idle();
  void end(std::unique_ptr<Connection> connection, bool reusable);
  Task<bool> wait_for_place(core::TimePoint deadline, Interrupt& interrupt);

  static constexpr std::size_t max_waiting = 1024;
  static constexpr std::chrono::seconds keep_idle{50};  // below the minute many servers close after
  static constexpr std::size_t keep_buffer = 16 * 1024;
  static constexpr std::chrono::seconds keep_buffer_for{1};

  Loop& loop_;
  NameCache& names_;
  Endpoint endpoint_;
  std::size_t max_connections_;
  SslSessionPtr resumed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t leased_ = 0;  // places taken; one that is handed to who waits stays taken
  std::list<Waiter*> waiting_;
};

}  // namespace headgate::net
