#include "drills.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <random>

namespace headgate::app {

using core::Code;
using core::Error;
using Json = nlohmann::ordered_json;

namespace {

double fresh_jitter() {
  std::random_device device;
  return std::uniform_real_distribution<double>(0, 1)(device);
}

std::string shown(core::WallTime time) {
  return fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::seconds>(time));
}

Json shown_or_null(const std::optional<core::WallTime>& time) { return time ? Json(shown(*time)) : Json(nullptr); }

const char* mode_of(bool live) { return live ? "live" : "shadow"; }

// Clients' own mistakes, and their leaving, say nothing about the providers.
bool is_failure(const gateway::RequestRecord& record) {
  if (record.outcome == "ok") return false;
  return record.status < 400 || record.status == 429 || record.status >= 500;
}

}  // namespace

Drills::Drills(const Log& log, metrics::Registry& registry, Ways ways, std::string data_dir, core::WallTime now)
    : log_(log),
      registry_(registry),
      overdue_gauge_(
          registry.gauge("headgate_drill_overdue", "1 when drills are scheduled and none has passed for too long.")),
      ways_(std::move(ways)),
      data_dir_(std::move(data_dir)),
      history_{{}, {}, now},
      jitter_(fresh_jitter()) {
  if (!data_dir_.empty()) remember();
}

void Drills::remember() {
  auto last = read_last_drill(data_dir_);
  if (!last) return log_.warn("the last drill cannot be read", {{"reason", last.error().message()}});
  if (!*last) return;
  history_.last_success = (*last)->last_success;
  history_.last_end = (*last)->finished;
  last_report_ = std::move((*last)->report);
  tell_success();
}

server::DrillOrder Drills::order_of(const server::DrillAsk& ask, const gateway::Snapshot& snapshot,
                                    const config::Drills& settings) {
  server::DrillOrder order{ask.live, ask.hold, gateway::drill_checks(snapshot.router), {}, {}};
  order.do_without = [this, tag = settings.live_tag](const std::string& provider) {
    ways_.keep_out(provider.empty() ? std::nullopt : std::optional(gateway::LiveDrill{provider, tag}));
  };
  order.finished = [this](gateway::DrillReport report) { finish(std::move(report)); };
  const std::scoped_lock lock(mutex_);
  tagged_.clear();
  if (ask.live)
    for (const auto& check : order.checks) tagged_[check.provider].provider = check.provider;
  return order;
}

core::Result<std::string> Drills::start(const server::DrillAsk& ask, const gateway::Snapshot& snapshot,
                                        const config::Drills& settings) {
  if (running_)
    return Error(Code::invalid_request, "A drill is running since " + shown(running_->started) +
                                            ". GET /admin/v1/drills tells when it has ended.")
        .with_status(409);
  const auto now = std::chrono::system_clock::now();
  auto order = order_of(ask, snapshot, settings);
  const Json told{{"started", shown(now)}, {"mode", mode_of(ask.live)}, {"checks", order.checks.size()}};
  if (!ways_.run(std::move(order))) return Error(Code::draining, "The gateway is being stopped; no drill begins.");
  running_ = Running{now, ask.live};
  log_.info("drill started", {{"mode", mode_of(ask.live)}});
  return told.dump();
}

void Drills::look(const gateway::Snapshot& snapshot, const config::Drills& settings, core::WallTime now) {
  tell_overdue(settings, now);
  if (!settings.every || running_ || now < next_drill(history_, *settings.every, now, jitter_)) return;
  server::DrillAsk ask;
  ask.live = settings.mode == config::DrillMode::live;
  const auto started = start(ask, snapshot, settings);
  if (started) return;
  history_.last_end = now;
  log_.warn("a drill is due and cannot begin", {{"reason", started.error().message()}});
}

void Drills::tell_overdue(const config::Drills& settings, core::WallTime now) {
  const bool overdue = settings.every && is_overdue(history_, *settings.every, now);
  overdue_gauge_.set(overdue ? 1 : 0);
  if (overdue && !overdue_)
    log_.warn("no drill has passed for too long",
              {{"last_success", history_.last_success ? shown(*history_.last_success) : "never"}});
  overdue_.store(overdue, std::memory_order_relaxed);
}

std::string Drills::describe(const config::Drills& settings, core::WallTime now) const {
  Json json;
  json["running"] = nullptr;
  if (running_) json["running"] = {{"started", shown(running_->started)}, {"mode", mode_of(running_->live)}};
  json["every_seconds"] = nullptr;
  json["next"] = nullptr;
  if (settings.every) {
    json["every_seconds"] = std::chrono::duration_cast<std::chrono::seconds>(*settings.every).count();
    json["next"] = shown(next_drill(history_, *settings.every, now, jitter_));
  }
  json["overdue"] = overdue();
  json["last_success"] = shown_or_null(history_.last_success);
  json["last"] = last_report_.empty() ? Json(nullptr) : Json::parse(last_report_);
  return json.dump();
}

void Drills::heard(const gateway::RequestRecord& record) {
  if (record.without_provider.empty() || record.tenant == gateway::drill_tenant) return;
  const std::scoped_lock lock(mutex_);
  const auto found = tagged_.find(record.without_provider);
  if (found == tagged_.end()) return;
  ++found->second.requests;
  if (is_failure(record)) ++found->second.failed;
}

void Drills::finish(gateway::DrillReport report) {
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [provider, tagged] : tagged_) report.tagged.push_back(std::move(tagged));
    tagged_.clear();
  }
  running_.reset();
  jitter_ = fresh_jitter();
  history_.last_end = report.finished;
  if (report.passed()) history_.last_success = report.finished;
  last_report_ = gateway::describe(report);
  for (const auto& check : report.checks) tell(check);
  for (const auto& tagged : report.tagged)
    if (tagged.failed > 0)
      log_.warn("requests of a live drill failed",
                {{"provider", tagged.provider},
                 {"failed", std::to_string(tagged.failed) + " of " + std::to_string(tagged.requests)}});
  tell_success();
  log_.info("drill finished", {{"mode", mode_of(report.live)}, {"passed", report.passed() ? "yes" : "no"}});
  if (data_dir_.empty()) return;
  if (auto written = write_last_drill(data_dir_, {history_.last_success, report.finished, last_report_}); !written)
    log_.error("the report of a drill cannot be written", {{"reason", written.error().message()}});
}

void Drills::tell(const gateway::CheckReport& check) {
  const std::string verdict(name_of(check.verdict));
  registry_.counter("headgate_drill_checks_total", "Checks of drills, by what came of them.", {{"result", verdict}})
      .add();
  if (check.verdict == gateway::Verdict::passed) return;
  log_.warn("a pool cannot do without a provider", {{"pool", check.check.pool},
                                                    {"provider", check.check.provider},
                                                    {"result", verdict},
                                                    {"detail", check.detail},
                                                    {"request_id", check.request_id}});
}

void Drills::tell_success() {
  if (!history_.last_success) return;
  registry_.gauge("headgate_drill_last_success_timestamp_seconds", "When a drill last passed.")
      .set(static_cast<double>(
          std::chrono::duration_cast<std::chrono::seconds>(history_.last_success->time_since_epoch()).count()));
}

}  // namespace headgate::app
