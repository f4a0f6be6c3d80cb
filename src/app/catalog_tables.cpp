#include "catalog_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "headgate/catalog/row.hpp"

namespace headgate::app {
namespace {

using catalog::Entry;
using catalog::Rate;

constexpr std::size_t most_lines = 200;  // of a table of differences
constexpr std::string_view unknown = "-";

std::string per_million(const Entry& entry, Rate rate) {
  if (!entry.price) return std::string(unknown);
  if (entry.price->free) return "free";
  const auto& price = entry.price->rates[rate];
  return price ? "$" + (*price * 1'000'000).to_string() : std::string(unknown);
}

std::string count(const std::optional<core::Tokens>& tokens) {
  return tokens ? std::to_string(*tokens) : std::string(unknown);
}

std::string as_of(const Entry& entry) {
  return entry.price && entry.price->origin.as_of ? catalog::to_text(*entry.price->origin.as_of) : std::string(unknown);
}

std::string or_unknown(const std::string& text) { return text.empty() ? std::string(unknown) : text; }

}  // namespace

std::string entries_table(std::span<const Entry* const> entries) {
  std::size_t width = 8;
  for (const auto* entry : entries) width = std::max(width, entry->model.size() + 2);
  std::string table = fmt::format("{:<12}{:<{}}{:>11}{:>11}{:>11}{:>10}{:>9}  {}\n", "VENDOR", "MODEL", width,
                                  "INPUT/1M", "OUTPUT/1M", "CACHED/1M", "CONTEXT", "MAX OUT", "AS OF");
  for (const auto* entry : entries)
    table += fmt::format("{:<12}{:<{}}{:>11}{:>11}{:>11}{:>10}{:>9}  {}\n", entry->vendor, entry->model, width,
                         per_million(*entry, Rate::input), per_million(*entry, Rate::output),
                         per_million(*entry, Rate::cache_read), count(entry->context_window), count(entry->max_output),
                         as_of(*entry));
  return table;
}

OrderedJson entries_json(std::span<const Entry* const> entries) {
  auto json = OrderedJson::array();
  for (const auto* entry : entries) json.push_back(OrderedJson::parse(catalog::to_row(*entry)));
  return json;
}

std::string entry_text(const Entry& entry) {
  std::string text = entry.vendor + "/" + entry.model + "\n";
  for (const auto& [field, value] : catalog::facts(entry)) text += fmt::format("  {:<30}{}\n", field, value);
  for (const auto& other : entry.other_prices)
    if (other.rates[Rate::input])
      text += fmt::format("  {:<30}{} (input)\n", "price says " + other.origin.source,
                          (*other.rates[Rate::input] * 1'000'000).to_string());
  return text;
}

std::string differences_table(std::span<const catalog::Difference> differences) {
  if (differences.empty()) return "";
  std::size_t width = 8;
  const auto shown = differences.first(std::min(differences.size(), most_lines));
  for (const auto& one : shown) width = std::max(width, one.vendor.size() + one.model.size() + 3);
  std::string table = fmt::format("{:<{}}{:<26}{:<18}{}\n", "MODEL", width, "FIELD", "BEFORE", "AFTER");
  for (const auto& one : shown)
    table += fmt::format("{:<{}}{:<26}{:<18}{}\n", one.vendor + "/" + one.model, width, one.field,
                         or_unknown(one.before), or_unknown(one.after));
  if (differences.size() > shown.size())
    table += fmt::format("... and {} more; --json shows all\n", differences.size() - shown.size());
  return table;
}

OrderedJson differences_json(std::span<const catalog::Difference> differences) {
  const auto value = [](const std::string& text) { return text.empty() ? OrderedJson(nullptr) : OrderedJson(text); };
  auto json = OrderedJson::array();
  for (const auto& one : differences)
    json.push_back({{"vendor", one.vendor},
                    {"model", one.model},
                    {"field", one.field},
                    {"before", value(one.before)},
                    {"after", value(one.after)}});
  return json;
}

std::string skipped_text(std::span<const catalog::Skipped> skipped) {
  std::map<std::string, std::size_t> reasons;
  for (const auto& one : skipped) ++reasons[one.why];
  std::string text;
  for (const auto& [why, times] : reasons) text += fmt::format("left out {:>5}  {}\n", times, why);
  return text;
}

OrderedJson skipped_json(std::span<const catalog::Skipped> skipped) {
  auto json = OrderedJson::array();
  for (const auto& one : skipped) json.push_back({{"model", one.model}, {"why", one.why}});
  return json;
}

std::string alarms_table(std::span<const catalog::Alarm> alarms) {
  std::size_t width = 8;
  for (const auto& alarm : alarms) width = std::max(width, alarm.vendor.size() + alarm.model.size() + 3);
  std::string table = fmt::format("{:<18}{:<{}}{}\n", "CONCERN", "MODEL", width, "WHAT");
  for (const auto& alarm : alarms)
    table += fmt::format("{:<18}{:<{}}{}\n", catalog::concern_names[static_cast<std::size_t>(alarm.concern)],
                         alarm.vendor + "/" + alarm.model, width, alarm.text);
  return table;
}

OrderedJson alarms_json(std::span<const catalog::Alarm> alarms) {
  auto json = OrderedJson::array();
  for (const auto& alarm : alarms)
    json.push_back({{"concern", catalog::concern_names[static_cast<std::size_t>(alarm.concern)]},
                    {"vendor", alarm.vendor},
                    {"model", alarm.model},
                    {"text", alarm.text}});
  return json;
}

}  // namespace headgate::app
