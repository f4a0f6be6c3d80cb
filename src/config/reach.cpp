#include "reach.hpp"

#include <algorithm>
#include <limits>

namespace headgate::config {
namespace {

constexpr std::size_t day = 24 * 60;

bool covers_pattern(std::string_view pattern, std::string_view other) {
  if (!pattern.ends_with('*')) return pattern == other;
  pattern.remove_suffix(1);
  if (other.ends_with('*')) other.remove_suffix(1);
  return other.starts_with(pattern);
}

bool covers_flag(const std::optional<bool>& flag, const std::optional<bool>& other) { return !flag || flag == other; }

}  // namespace

Reach::Reach(const routing::When& when) : when_(&when), tenants_(sorted(when.tenants)), zones_(sorted(when.zones)) {
  for (const auto capability : when.capabilities) capabilities_.push_back(core::name_of(capability));
  std::sort(capabilities_.begin(), capabilities_.end());
  for (const auto& header : when.headers) headers_.emplace_back(header.name, sorted(header.values));
  if (!when.time) return;
  week_.emplace();
  const auto from = static_cast<std::size_t>(when.time->from.count());
  auto to = static_cast<std::size_t>(when.time->to.count());
  if (to <= from) to += day;
  for (std::size_t weekday = 0; weekday < when.time->days.size(); ++weekday)
    for (std::size_t minute = from; when.time->days[weekday] && minute < to; ++minute)
      week_->set((weekday * day + minute) % week_->size());
}

Reach::Words Reach::sorted(const std::vector<std::string>& list) {
  Words words(list.begin(), list.end());
  std::sort(words.begin(), words.end());
  return words;
}

bool Reach::covers(const Words& words, const Words& other) {
  return words.empty() || (!other.empty() && std::includes(words.begin(), words.end(), other.begin(), other.end()));
}

bool Reach::covers_models(const Reach& other) const {
  const auto &models = when_->models, &others = other.when_->models;
  if (models.empty()) return true;
  return !others.empty() && std::all_of(others.begin(), others.end(), [&](const std::string& one) {
    return std::any_of(models.begin(), models.end(),
                       [&](const std::string& pattern) { return covers_pattern(pattern, one); });
  });
}

bool Reach::covers_headers(const Reach& other) const {
  return std::all_of(headers_.begin(), headers_.end(), [&](const auto& header) {
    return std::any_of(other.headers_.begin(), other.headers_.end(),
                       [&](const auto& one) { return one.first == header.first && covers(header.second, one.second); });
  });
}

bool Reach::covers_time(const Reach& other) const {
  if (!week_ || week_->all()) return true;
  return other.week_ && when_->time->zone_name == other.when_->time->zone_name && (*other.week_ & ~*week_).none();
}

bool Reach::covers(const Reach& other) const {
  const routing::When &mine = *when_, &its = *other.when_;
  constexpr auto no_limit = std::numeric_limits<core::Tokens>::max();
  return covers(tenants_, other.tenants_) && covers(zones_, other.zones_) &&
         covers(capabilities_, other.capabilities_) && covers_flag(mine.stream, its.stream) &&
         covers_flag(mine.tools, its.tools) && mine.min_input_tokens.value_or(0) <= its.min_input_tokens.value_or(0) &&
         mine.max_input_tokens.value_or(no_limit) >= its.max_input_tokens.value_or(no_limit) && covers_models(other) &&
         covers_headers(other) && covers_time(other);
}

}  // namespace headgate::config
