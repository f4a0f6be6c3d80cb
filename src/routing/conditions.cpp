#include "conditions.hpp"

#include <algorithm>

namespace headgate::routing {
namespace {

template <typename List, typename Value>
bool has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool names_model(const When& when, std::string_view asked, std::string_view base) {
  return std::any_of(when.models.begin(), when.models.end(),
                     [&](const std::string& wanted) { return fits(asked, wanted) || fits(base, wanted); });
}

bool fits_size(const When& when, core::Tokens tokens) {
  return (!when.min_input_tokens || tokens >= *when.min_input_tokens) &&
         (!when.max_input_tokens || tokens <= *when.max_input_tokens);
}

bool has_header(const HeaderCondition& condition, std::span<const HeaderValue> headers) {
  return std::any_of(headers.begin(), headers.end(), [&](const HeaderValue& header) {
    return header.name == condition.name && (condition.values.empty() || has(condition.values, header.value));
  });
}

bool has_headers(const When& when, std::span<const HeaderValue> headers) {
  return std::all_of(when.headers.begin(), when.headers.end(),
                     [&](const HeaderCondition& condition) { return has_header(condition, headers); });
}

}  // namespace

bool fits(std::string_view name, std::string_view wanted) {
  return wanted.ends_with('*') ? name.starts_with(wanted.substr(0, wanted.size() - 1)) : name == wanted;
}

bool holds_minute(const Hours& hours, int minute_of_week) {
  const auto day = static_cast<std::size_t>(minute_of_week / minutes_per_day);
  const std::chrono::minutes minute(minute_of_week % minutes_per_day);
  const bool begun = hours.days[day] && minute >= hours.from;
  if (hours.from < hours.to) return begun && minute < hours.to;
  return begun || (hours.days[(day + 6) % 7] && minute < hours.to);
}

bool holds(const Hours& hours, core::WallTime wall) {
  using namespace std::chrono;
  const auto utc = floor<seconds>(wall);
  const auto local = utc + (hours.zone ? hours.zone->at(utc).offset : seconds(0));
  const auto date = floor<days>(local);
  const auto day = static_cast<int>(weekday(date).iso_encoding()) - 1;
  return holds_minute(hours, day * minutes_per_day + static_cast<int>(floor<minutes>(local - date).count()));
}

Match match(const When& when, const Profile& profile, std::string_view base,
            std::optional<core::Capability> capability) {
  if (when.stream && *when.stream != profile.stream) return Match::no;
  if (when.tools && *when.tools != profile.needs.has(core::Feature::tools)) return Match::no;
  if (!fits_size(when, profile.input_tokens)) return Match::no;
  if (!when.capabilities.empty() && capability && !has(when.capabilities, *capability)) return Match::no;
  if (!when.tenants.empty() && !has(when.tenants, profile.tenant)) return Match::no;
  if (!when.zones.empty() && !has(when.zones, profile.zone)) return Match::no;
  if (!when.models.empty() && !names_model(when, profile.model, base)) return Match::no;
  if (!has_headers(when, profile.headers)) return Match::no;
  if (when.time && !holds(*when.time, profile.wall)) return Match::no;
  return when.capabilities.empty() || capability ? Match::yes : Match::if_capability;
}

}  // namespace headgate::routing
