// The daemon's face: listeners, workers, health, and the way down.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "headgate/gateway/drill.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/metrics/metrics.hpp"
#include "headgate/net/loop.hpp"
#include "headgate/net/tls.hpp"
#include "headgate/server/settings.hpp"

namespace headgate::server {

using SnapshotPtr = std::shared_ptr<const gateway::Snapshot>;
using TlsPtr = std::shared_ptr<const net::ServerTls>;

// A drill as an operator asks for it.
struct DrillAsk {
  bool live = false;                // requests with a tag take part
  core::milliseconds hold{30'000};  // live: how long at least each provider is done without
};

// A drill to be run, and who is told of it.
struct DrillOrder {
  bool live = false;
  core::milliseconds hold{};
  std::vector<gateway::DrillCheck> checks;                      // by provider
  std::function<void(const std::string& provider)> do_without;  // live: from now on; empty: nobody any more
  std::function<void(gateway::DrillReport)> finished;
};

// What the server asks of those who build it. Called from any worker.
struct Collaborators {
  // Once a request, when all is settled. May take the record and leave another one, to be reused.
  std::function<void(gateway::RequestRecord&)> on_request;
  std::function<void(const char*)> on_bug;  // an exception that nobody expected
  // The admin surface, JSON out. Empty when there is nothing of that id.
  std::function<std::string(std::string_view request_id)> find_request;
  // A user's score, 0 to 1, of an answer this tenant got. False: no such answer is remembered, or
  // it was rated before.
  std::function<bool(std::string_view request_id, std::string_view tenant, double score)> rate;
  std::function<std::string()> show_config;
  std::function<bool()> reload;  // false: refused, the log says why
  std::function<std::string()> show_drills;
  std::function<core::Result<std::string>(const DrillAsk& ask)> start_drill;
  std::function<bool()> drill_overdue;
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
  // Runs on control(). False: one is running, or the server is draining.
  bool start_drill(DrillOrder order);
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
