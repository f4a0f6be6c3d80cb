// A drill under way: its checks one by one, on the control loop, so that no worker's traffic waits for it.
#pragma once

#include <optional>

#include "context.hpp"
#include "headgate/gateway/drill.hpp"
#include "service.hpp"

namespace headgate::server {

// Confined to the control loop.
class DrillRun {
 public:
  DrillRun(Context& context, const Service& admin, net::Resolver& resolver, metrics::Registry& registry);

  // False: one is running.
  bool start(DrillOrder order);

 private:
  net::Task<void> run();
  // Those of the provider of the first, up to the next provider.
  net::Task<void> do_without(std::size_t first, std::size_t end);
  net::Task<gateway::CheckReport> ask(const gateway::DrillCheck& check);
  void finish();

  Context& context_;
  const Service& admin_;  // who knows the snapshot in use
  gateway::Gateway gateway_;
  std::optional<DrillOrder> order_;  // while it runs
  core::TimePoint give_up_;
  gateway::DrillReport report_;
};

}  // namespace headgate::server
