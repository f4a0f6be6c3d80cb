#include "admin_service.hpp"

#include <nlohmann/json.hpp>

#include "api_service.hpp"
#include "breakers.hpp"
#include "drill_ask.hpp"
#include "process_metrics.hpp"
#include "spend.hpp"

namespace headgate::server {

using core::Code;
using core::Error;
using net::Task;

AdminService::AdminService(Context& context, metrics::Registry& registry, SnapshotPtr snapshot)
    : context_(context), registry_(registry), snapshot_(std::move(snapshot)), started_(core::Clock::now()) {}

std::string AdminService::status() const {
  const auto up = std::chrono::duration_cast<std::chrono::seconds>(core::Clock::now() - started_).count();
  nlohmann::ordered_json json{{"status", context_.draining ? "draining" : "ready"}, {"uptime_seconds", up}};
  json["models"] = nlohmann::ordered_json::array();
  for (const auto& target : snapshot_->targets)
    json["models"].push_back(
        {{"model", target->model}, {"provider", target->account->settings.name}, {"upstream", target->upstream}});
  return json.dump();
}

namespace {

budget::Now now() { return {core::Clock::now(), std::chrono::system_clock::now()}; }

std::string_view query_of(std::string_view target) {
  const auto mark = target.find('?');
  return mark == target.npos ? "" : target.substr(mark + 1);
}

Task<void> refuse(Request& request, const Error& error) {
  const auto reply = gateway::error_reply(error);
  co_await request.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

}  // namespace

std::string AdminService::metrics_text() {
  read_process_metrics(registry_);
  read_breaker_metrics(registry_, *snapshot_, core::Clock::now());
  read_spend_metrics(registry_, *snapshot_, now());
  return registry_.expose();
}

Task<void> AdminService::answer(Request& request) {
  const auto& ask = context_.collaborators;
  std::string body;
  int status_code = 200;
  std::string_view type = "application/json";
  switch (request.match.endpoint->action) {
    case Action::ready: co_return co_await answer_ready(request, context_);
    case Action::live: body = R"({"status":"live"})"; break;
    case Action::metrics:
      body = metrics_text();
      type = "text/plain; version=0.0.4; charset=utf-8";
      break;
    case Action::status: body = status(); break;
    case Action::show_config: body = ask.show_config(); break;
    case Action::reload: {
      const bool reloaded = ask.reload();
      status_code = reloaded ? 200 : 422;
      body = reloaded ? R"({"reloaded":true})" : R"({"reloaded":false,"see":"the log, or headgate check"})";
      break;
    }
    case Action::show_breakers: body = describe_breakers(*snapshot_, core::Clock::now()); break;
    case Action::force_breaker:
      if (force_breaker(*snapshot_, request.match.rest, core::Clock::now()))
        body = describe_breakers(*snapshot_, core::Clock::now());
      break;
    case Action::show_spend: {
      auto spend = describe_spend(*snapshot_, query_of(request.head.target));
      if (!spend) co_return co_await refuse(request, spend.error());
      body = std::move(*spend);
      break;
    }
    case Action::show_budgets: body = describe_budgets(*snapshot_, now()); break;
    case Action::show_model_figures: body = describe_models(*snapshot_, now()); break;
    case Action::show_pools: body = describe_pools(*snapshot_, now()); break;
    case Action::show_drills: body = ask.show_drills(); break;
    case Action::start_drill: {
      const auto drill = read_drill_ask(request.body);
      if (!drill) co_return co_await refuse(request, drill.error());
      auto started = ask.start_drill(*drill);
      if (!started) co_return co_await refuse(request, started.error());
      body = std::move(*started);
      break;
    }
    case Action::show_request: body = ask.find_request(request.match.rest); break;
    default: break;
  }
  if (body.empty()) {
    const auto reply =
        gateway::error_reply(Error(Code::unknown_url, request.match.endpoint->action == Action::force_breaker
                                                          ? "No breaker is moved by that: POST to "
                                                            "/admin/v1/breakers/providers/NAME/ or "
                                                            "/admin/v1/breakers/models/NAME/ with open, closed or auto."
                                                          : "No request of this id is remembered."));
    co_await request.reply.send({404, "application/json", reply.fields}, reply.body);
    co_return;
  }
  co_await request.reply.send({status_code, type, ""}, body);
}

}  // namespace headgate::server
