// The drills of a daemon: started when they are due or asked for, reported, remembered, missed.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "drill_file.hpp"
#include "drill_schedule.hpp"
#include "headgate/config/settings.hpp"
#include "headgate/server/server.hpp"
#include "log.hpp"

namespace headgate::app {

// Confined to the control loop, but for heard() and overdue().
class Drills {
 public:
  // What a drill does to the daemon.
  struct Ways {
    std::function<bool(server::DrillOrder)> run;                      // false: one is running
    std::function<void(std::optional<gateway::LiveDrill>)> keep_out;  // from now on
  };

  // `data_dir` empty: nothing is remembered beyond the life of the process.
  Drills(const Log& log, metrics::Registry& registry, Ways ways, std::string data_dir, core::WallTime now);

  // JSON: what was started. Error: one is running, or the daemon is ending.
  core::Result<std::string> start(const server::DrillAsk& ask, const gateway::Snapshot& snapshot,
                                  const config::Drills& settings);
  // Starts one that is due.
  void look(const gateway::Snapshot& snapshot, const config::Drills& settings, core::WallTime now);
  // JSON: what runs, what is due, what came of the last.
  std::string describe(const config::Drills& settings, core::WallTime now) const;

  // A request of a client that is over.
  void heard(const gateway::RequestRecord& record);
  bool overdue() const { return overdue_.load(std::memory_order_relaxed); }

 private:
  struct Running {
    core::WallTime started;
    bool live;
  };

  void remember();
  server::DrillOrder order_of(const server::DrillAsk& ask, const gateway::Snapshot& snapshot,
                              const config::Drills& settings);
  void finish(gateway::DrillReport report);
  void tell(const gateway::CheckReport& check);
  void tell_overdue(const config::Drills& settings, core::WallTime now);
  void tell_success();

  const Log& log_;
  metrics::Registry& registry_;
  metrics::Gauge& overdue_gauge_;
  Ways ways_;
  std::string data_dir_;
  DrillHistory history_;
  std::string last_report_;  // JSON; empty: there was none
  double jitter_;
  std::optional<Running> running_;
  std::atomic<bool> overdue_{false};
  std::mutex mutex_;                                     // of the next
  std::map<std::string, gateway::TaggedReport> tagged_;  // by provider
};

}  // namespace headgate::app
