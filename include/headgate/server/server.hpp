// The daemon's face: listeners, workers, health, and the way down.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "headgate/gateway/record.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/metrics/metrics.hpp"
#include "headgate/net/loop.hpp"
#include "headgate/net/tls.hpp"
#include "headgate/server/settings.hpp"

namespace headgate::server {

using SnapshotPtr = std::shared_ptr<const gateway::Snapshot>;
using TlsPtr = std::shared_ptr<const net::ServerTls>;

// What the server asks of those who build it. Called from any worker.
struct Collaborators {
  // Once a request, when all is settled. May take the record and leave another one, to be reused.
  std::function<void(gateway::RequestRecord&)> on_request;
  std::function<void(const char*)> on_bug;  // an exception that nobody expected
  // The admin surface, JSON out. Empty when there is nothing of that id.
  std::function<std::string(std::string_view request_id)> find_request;
  std::function<std::string()> show_config;
  std::function<bool()> reload;  // false: refused, the log says why
};

class Worker;

// Owns the worker threads. Built, run and ended on one thread.
class Server {
 public:
  Server(Settings settings, SnapshotPtr snapshot, TlsPtr tls, metrics::Registry& registry, Collaborators collaborators);
  ~Server();

  // Binds both listeners. Error: which address, why.
  core::Result<void> listen();
  Address api_address() const { return api_address_; }
  Address admin_address() const { return admin_address_; }

  void start();
  // The loop of the calling thread, on which admin requests, signals and timers live.
  net::Loop& control();
  // Swaps what new requests are decided by.
  void swap(SnapshotPtr snapshot);
  void swap_tls(TlsPtr tls);
  // Stops accepting, lets running requests end, ends the rest when their time is over, then makes
  // control() return. A second call ends them at once.
  void drain();
  bool draining() const;

 private:
  void finish_when_empty(core::TimePoint give_up);

  struct State;
  std::unique_ptr<State> state_;
  Address api_address_, admin_address_;
};

}  // namespace headgate::server
