// A drill as scripts read it: JSON.
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "headgate/gateway/drill.hpp"

namespace headgate::gateway {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> verdict_names{"passed", "nobody_else", "failed", "too_late", "not_run"};

std::string shown(core::WallTime time) {
  return fmt::format("{:%FT%TZ}", std::chrono::floor<std::chrono::seconds>(time));
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json shown(const CheckReport& report) {
  const auto& check = report.check;
  Json json{{"provider", check.provider}, {"pool", check.pool}};
  json["capability"] = check.capability ? Json(core::name_of(*check.capability)) : Json(nullptr);
  json["result"] = name_of(report.verdict);
  json["model"] = text_or_null(report.model);
  json["provider_answered"] = text_or_null(report.provider_answered);
  json["took_ms"] = std::chrono::duration_cast<std::chrono::milliseconds>(report.took).count();
  json["cost_usd"] = report.cost ? Json(report.cost->in_dollars()) : Json(nullptr);
  json["request_id"] = text_or_null(report.request_id);
  json["detail"] = text_or_null(report.detail);
  return json;
}

}  // namespace

std::string_view name_of(Verdict verdict) { return verdict_names[static_cast<std::size_t>(verdict)]; }

bool DrillReport::passed() const {
  return !checks.empty() && std::all_of(checks.begin(), checks.end(), [](const CheckReport& one) {
    return one.verdict == Verdict::passed;
  }) && std::all_of(tagged.begin(), tagged.end(), [](const TaggedReport& one) { return one.failed == 0; });
}

std::string describe(const DrillReport& report) {
  Json json{{"started", shown(report.started)}, {"finished", shown(report.finished)}};
  json["mode"] = report.live ? "live" : "shadow";
  json["passed"] = report.passed();
  json["checks"] = Json::array();
  for (const auto& one : report.checks) json["checks"].push_back(shown(one));
  if (report.live) json["tagged"] = Json::array();
  for (const auto& one : report.tagged)
    json["tagged"].push_back({{"provider", one.provider}, {"requests", one.requests}, {"failed", one.failed}});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headgate::gateway
