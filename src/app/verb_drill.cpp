#include <cstdio>
#include <nlohmann/json.hpp>
#include <thread>

#include "admin_client.hpp"
#include "daemon.hpp"
#include "drill_table.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

using core::Code;
using core::Error;
using core::Result;
using Json = nlohmann::ordered_json;

constexpr const char* path = "/admin/v1/drills";
constexpr core::milliseconds between_looks{500};
constexpr int passed = 0, failed = 1, could_not_run = 2;

struct Wish {
  bool live = false;
  double hold_seconds = 30;
  unsigned timeout_seconds = 600;
};

// A type of its own: JSON converts to so much that a Result of it is ambiguous.
struct Told {
  Json json;
};

Result<Told> read_reply(const Result<AdminReply>& reply) {
  if (!reply) return reply.error();
  auto json = Json::parse(reply->body, nullptr, false);
  if (reply->status == 200 && json.is_object()) return Told{std::move(json)};
  const bool tells_why = json.is_object() && json.contains("error") && json["error"].contains("message");
  return Error(Code::internal_error, tells_why ? json["error"]["message"].get<std::string>()
                                               : "the daemon answers with status " + std::to_string(reply->status));
}

// The report, once the drill is over.
Result<Told> wait_for_report(const server::Address& admin, core::TimePoint give_up) {
  while (core::Clock::now() < give_up) {
    auto shown = read_reply(ask_admin(admin, path));
    if (!shown) return shown.error();
    if (shown->json.at("running").is_null()) return Told{shown->json.at("last")};
    std::this_thread::sleep_for(between_looks);
  }
  return Error(Code::internal_error,
               std::string("the drill is still running; GET ") + path + " shows its report later");
}

Result<Told> drill(const server::Address& admin, const Wish& wish) {
  const Json order{{"mode", wish.live ? "live" : "shadow"}, {"hold_seconds", wish.hold_seconds}};
  const auto started = read_reply(tell_admin(admin, path, order.dump()));
  if (!started) return started.error();
  return wait_for_report(admin, core::Clock::now() + std::chrono::seconds(wish.timeout_seconds));
}

int run(const Invocation& invocation, const Wish& wish) {
  const auto settings = settings_for(config_path_or_default(invocation.config));
  if (!settings) return could_not_run;
  const auto report = drill(settings->server.admin_listen, wish);
  if (!report) {
    std::fprintf(stderr, "headgate: %s\n", report.error().message().c_str());
    return could_not_run;
  }
  const auto text = invocation.json ? report->json.dump() + "\n" : drill_table(report->json);
  std::fputs(text.c_str(), stdout);
  return report->json.at("passed").get<bool>() ? passed : failed;
}

}  // namespace

void add_drill(CLI::App& app, Invocation& invocation) {
  auto* verb = add_verb(app, invocation, "drill",
                        "Have the running daemon try every pool without each of its providers. "
                        "Exit code 0: passed, 1: failed, 2: it could not run");
  const auto wish = std::make_shared<Wish>();
  verb->add_flag("--live", wish->live, "Requests that carry the tag drills.live_tag take part");
  verb->add_option("--hold", wish->hold_seconds, "Live: seconds, at least, without each provider")
      ->check(CLI::Range(0.0, 600.0))
      ->capture_default_str();
  verb->add_option("--timeout", wish->timeout_seconds, "Seconds to wait for the report")
      ->check(CLI::Range(1u, 86400u))
      ->capture_default_str();
  verb->callback([&invocation, wish] { invocation.action = [&invocation, wish] { return run(invocation, *wish); }; });
}

}  // namespace headgate::app
