#include "drill_ask.hpp"

#include <nlohmann/json.hpp>

namespace headgate::server {

using core::Code;
using core::Error;

namespace {

constexpr std::size_t max_body = 4 * 1024;
constexpr double max_hold_seconds = 600;

Error wrong(std::string param, std::string message) {
  return Error(Code::invalid_request, std::move(message)).with_param(std::move(param));
}

}  // namespace

core::Result<DrillAsk> read_drill_ask(std::string_view body) {
  DrillAsk ask;
  if (body.empty()) return ask;
  if (body.size() > max_body) return wrong("", "A drill is asked for by a small JSON object, or by nothing.");
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return Error(Code::invalid_json, "The body is not valid JSON.");
  if (!json.is_object()) return wrong("", "The body must be a JSON object with `mode` and `hold_seconds`, or empty.");
  for (const auto& [name, value] : json.items()) {
    if (name == "mode") {
      if (value != "shadow" && value != "live") return wrong(name, "`mode` is `shadow` or `live`.");
      ask.live = value == "live";
    } else if (name == "hold_seconds") {
      if (!value.is_number() || !(value.get<double>() >= 0) || !(value.get<double>() <= max_hold_seconds))
        return wrong(name, "`hold_seconds` must be a number from 0 to 600.");
      ask.hold = core::milliseconds(static_cast<std::int64_t>(value.get<double>() * 1000));
    } else {
      return wrong(name, "A drill has no `" + name + "`; it has `mode` and `hold_seconds`.");
    }
  }
  return ask;
}

}  // namespace headgate::server
