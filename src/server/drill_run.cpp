#include "drill_run.hpp"

#include <random>

namespace headgate::server {

using gateway::CheckReport;
using gateway::DrillCheck;
using net::Task;

namespace {

// What is not asked by then is not asked at all.
constexpr std::chrono::minutes longest_drill{30};

}  // namespace

DrillRun::DrillRun(Context& context, const Service& admin, net::Resolver& resolver, metrics::Registry& registry)
    : context_(context), admin_(admin), gateway_(context.loop, resolver, registry, std::random_device()()) {}

bool DrillRun::start(DrillOrder order) {
  if (order_) return false;
  order_ = std::move(order);
  report_ = {};
  report_.live = order_->live;
  report_.started = std::chrono::system_clock::now();
  give_up_ = core::Clock::now() + longest_drill;
  context_.loop.tasks().spawn(run(), [this](std::exception_ptr bug) {
    finish();
    if (bug != nullptr) context_.collaborators.on_bug("a drill ended by an exception");
  });
  return true;
}

Task<void> DrillRun::run() {
  co_await context_.loop.rest_of_turn();  // whoever starts it hears of that before its end
  const auto& checks = order_->checks;
  for (std::size_t first = 0, end = 0; first < checks.size(); first = end) {
    while (end < checks.size() && checks[end].provider == checks[first].provider) ++end;
    co_await do_without(first, end);
  }
}

Task<void> DrillRun::do_without(std::size_t first, std::size_t end) {
  const auto& checks = order_->checks;
  const auto hold_until = core::Clock::now() + order_->hold;
  if (order_->live) order_->do_without(checks[first].provider);
  for (std::size_t i = first; i < end; ++i) {
    auto report = co_await ask(checks[i]);
    report_.checks.push_back(std::move(report));
  }
  if (!order_->live) co_return;
  net::Signal nothing(context_.loop);
  (void)co_await nothing.wait_until(std::min(hold_until, give_up_));
}

Task<CheckReport> DrillRun::ask(const DrillCheck& check) {
  CheckReport report;
  report.check = check;
  if (core::Clock::now() >= give_up_) co_return report;
  const auto snapshot = admin_.snapshot();
  gateway::RequestRecord record;
  context_.ids.append_request_id(record.id);
  report = co_await gateway::run_check(gateway_, *snapshot, check, record);
  context_.collaborators.on_request(record);
  co_return report;
}

// On every path: nobody is done without any longer than the drill runs.
void DrillRun::finish() {
  const auto order = std::move(*order_);
  order_.reset();
  if (order.live) order.do_without("");
  report_.finished = std::chrono::system_clock::now();
  order.finished(std::move(report_));
}

}  // namespace headgate::server
