// Names of providers, looked up off the event loops and remembered.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "headgate/core/result.hpp"
#include "headgate/net/loop.hpp"

namespace headgate::net {

using Addresses = std::vector<asio::ip::address>;

// Blocking look-ups on threads of their own, as many as there are names being asked for, up to
// `max_threads`. Shared; must outlive no Loop that it answers to.
class Resolver {
 public:
  static constexpr std::size_t max_threads = 8;

  Resolver();
  // Waits for no look-up: nothing can end one that hangs. Its thread finds nobody to tell.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  // Calls `done` on `loop`; an empty list says that the name could not be resolved.
  void look_up(const std::string& host, Loop& loop, std::function<void(Addresses)> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// What one worker remembers. Only hosts of the configuration are ever asked for, which bounds it.
// Worker-confined.
class NameCache {
 public:
  NameCache(Loop& loop, Resolver& resolver) : loop_(loop), resolver_(resolver) {}

  // A literal address is its own answer, `localhost` is this machine. A name that was resolved before is answered at
  // once, even when it is being looked up anew. Errors: upstream_error, upstream_timeout, client_gone.
  Task<core::Result<Addresses>> resolve(std::string host, core::TimePoint deadline, Interrupt& interrupt);

 private:
  struct Entry {
    Addresses addresses;
    core::TimePoint fresh_until{};
    bool asked = false;
    bool failed = false;
    std::list<Signal*> waiting;
  };
  void ask(const std::string& host, Entry& entry);

  // Short enough to follow a provider that moves, long enough not to ask for every connection.
  static constexpr std::chrono::seconds keep{30};
  static constexpr std::chrono::seconds keep_failure{1};

  Loop& loop_;
  Resolver& resolver_;
  std::map<std::string, Entry> entries_;
};

}  // namespace headgate::net
