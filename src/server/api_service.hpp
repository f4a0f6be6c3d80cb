// The OpenAI-compatible surface.
#pragma once

#include <random>

#include "context.hpp"
#include "headgate/gateway/gateway.hpp"
#include "origin.hpp"
#include "service.hpp"

namespace headgate::server {

// One a worker; worker-confined.
class ApiService final : public Service {
 public:
  ApiService(Context& context, net::Resolver& resolver, metrics::Registry& registry, SnapshotPtr snapshot)
      : context_(context),
        gateway_(context.loop, resolver, registry, std::random_device()()),
        snapshot_(std::move(snapshot)),
        is_local_(is_loopback(context.settings.listen)) {}

  void swap(SnapshotPtr snapshot) { snapshot_ = std::move(snapshot); }

  std::span<const Endpoint> endpoints() const override { return api_endpoints(); }
  SnapshotPtr snapshot() const override { return snapshot_; }
  bool counts_requests() const override { return true; }
  std::string_view where_to_look() const override {
    return "The API lives under /v1, for example POST /v1/chat/completions.";
  }
  core::Result<void> admit(const wire::RequestHead& head, const gateway::Snapshot& snapshot) const override;
  core::Result<access::Identity> identify(const wire::RequestHead& head, const gateway::Snapshot& snapshot,
                                          core::WallTime now) const override;
  net::Task<void> answer(Request& request) override;

 private:
  net::Task<void> forward(Request& request, gateway::SaidInPath path, gateway::ReplyWriter& reply);
  net::Task<void> forward_method(Request& request);
  net::Task<void> answer_itself(Request& request);

  Context& context_;
  gateway::Gateway gateway_;
  SnapshotPtr snapshot_;
  bool is_local_;  // whoever reaches it is on this machine
};

// 200 when requests can be taken, 503 when not; no provider is asked.
net::Task<void> answer_ready(Request& request, const Context& context);

}  // namespace headgate::server
