// The admin surface: metrics, health, what the daemon knows of itself.
#pragma once

#include "context.hpp"
#include "origin.hpp"
#include "service.hpp"

namespace headgate::server {

// Confined to the control loop.
class AdminService final : public Service {
 public:
  AdminService(Context& context, metrics::Registry& registry, SnapshotPtr snapshot);

  void swap(SnapshotPtr snapshot) { snapshot_ = std::move(snapshot); }

  std::span<const Endpoint> endpoints() const override { return admin_endpoints(); }
  SnapshotPtr snapshot() const override { return snapshot_; }
  bool counts_requests() const override { return false; }
  std::string_view where_to_look() const override {
    return "The admin surface has /metrics, /health/ready and what lies under /admin/v1, for example GET "
           "/admin/v1/status.";
  }
  core::Result<void> admit(const wire::RequestHead& head, const gateway::Snapshot&) const override {
    return check_origin(head, true);
  }
  // The listener is on loopback, which is the only credential there is so far.
  core::Result<access::Identity> identify(const wire::RequestHead&, const gateway::Snapshot&,
                                          core::WallTime) const override {
    return access::Identity{"admin", "", {}};
  }
  net::Task<void> answer(Request& request) override;

 private:
  std::string status() const;
  std::string metrics_text();

  Context& context_;
  metrics::Registry& registry_;
  SnapshotPtr snapshot_;
  core::TimePoint started_;
};

}  // namespace headgate::server
