#include <algorithm>
#include <chrono>
#include <cstdio>

#include "headgate/dialects/anthropic.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::anthropic {
namespace {

// RFC 3339; a moment outside of four-digit years is the epoch.
std::string as_time(std::int64_t seconds) {
  constexpr std::int64_t end = 253'402'300'800;
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds < 0 || seconds >= end ? 0 : seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  char text[64];
  const int size = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                                 static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                 static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                 static_cast<int>(clock.seconds().count()));
  return {text, static_cast<std::size_t>(std::clamp(size, 0, 63))};
}

void write_id(wire::JsonWriter& json, std::string_view name, std::string_view id) {
  json.name(name);
  if (id.empty())
    json.null();
  else
    json.string(id);
}

}  // namespace

void append_token_count(std::string& out, core::Tokens tokens) {
  wire::JsonWriter(out).begin_object().member("input_tokens", tokens).end_object();
}

void append_models(std::string& out, std::span<const ListedModel> models) {
  wire::JsonWriter json(out);
  json.begin_object().name("data").begin_array();
  for (const auto& model : models) {
    json.begin_object().member("type", "model").member("id", model.id).member("display_name", model.id);
    json.member("created_at", as_time(model.created)).end_object();
  }
  json.end_array().member("has_more", false);
  write_id(json, "first_id", models.empty() ? std::string_view() : models.front().id);
  write_id(json, "last_id", models.empty() ? std::string_view() : models.back().id);
  json.end_object();
}

}  // namespace headgate::dialects::anthropic
