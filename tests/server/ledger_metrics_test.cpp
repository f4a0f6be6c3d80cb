#include <gtest/gtest.h>

#include "spend.hpp"

namespace headgate::server {
namespace {

class Ledger final : public store::Ledger {
 public:
  bool append(const budget::LedgerRowView&, store::Done) override { return true; }
  bool admits() const override { return true; }
  store::LedgerState state() const override { return state_; }
  core::Result<void> replay(core::WallTime, const std::function<void(const budget::LedgerRow&)>&) override {
    return {};
  }
  core::Result<store::Spend> spend(const store::SpendQuery&) override { return store::Spend(); }

  store::LedgerState state_;
};

TEST(LedgerMetrics, TellRowsThatTheEndOfTheProcessWouldTake) {
  auto owned = std::make_unique<Ledger>();
  auto& ledger = *owned;
  metrics::Registry registry;
  gateway::SnapshotParts parts;
  parts.accounting =
      std::make_shared<gateway::Accounting>(budget::Settings(), std::vector<std::string>(), std::move(owned));
  const auto snapshot = gateway::make_snapshot(std::move(parts), registry, core::Clock::now(), {}).value();
  const auto line_after = [&](std::size_t unprotected) {
    ledger.state_ = {true, 7, unprotected, 3, 2, "the disk is full"};
    read_spend_metrics(registry, *snapshot, {core::Clock::now(), {}});
    return registry.expose();
  };
  EXPECT_NE(line_after(5).find("\nheadgate_ledger_unprotected_rows 5\n"), std::string::npos);
  EXPECT_NE(line_after(0).find("\nheadgate_ledger_unprotected_rows 0\n"), std::string::npos);
  EXPECT_NE(line_after(0).find("\nheadgate_ledger_waiting_rows 7\n"), std::string::npos);
}

}  // namespace
}  // namespace headgate::server
