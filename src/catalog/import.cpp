#include "headgate/catalog/import.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>

#include "headgate/catalog/row.hpp"
#include "import_formats.hpp"
#include "row_lines.hpp"

namespace headgate::catalog {

using core::Money;
using core::Result;

namespace {

constexpr double most_dollars_a_token = 1;

std::optional<double> decimal(const Json* json) {
  if (const auto* text = text_of(json)) {
    double value = 0;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    const bool whole = error == std::errc() && end == text->data() + text->size() && std::isfinite(value);
    return whole ? std::optional(value) : std::nullopt;
  }
  return number_of(json);
}

// A list is known by the member that all its models have.
std::optional<Format> recognise(const Json& list) {
  if (member(list, "data") != nullptr && member(list, "data")->is_array()) return Format::openrouter;
  if (!list.is_object()) return std::nullopt;
  for (const auto& one : list) {
    if (member(one, "litellm_provider") != nullptr) return Format::litellm;
    if (member(one, "pricing_config") != nullptr) return Format::portkey;
  }
  return std::nullopt;
}

Result<Import> import_own(std::string_view text, const ImportSettings& settings) {
  const Text rows{"the list", std::string(text)};
  auto catalog = Catalog::read({&rows, 1});
  if (!catalog) return catalog.error();
  Import result;
  result.source = "headgate";
  result.entries.assign(catalog->entries().begin(), catalog->entries().end());
  for (auto& entry : result.entries)
    if (entry.price && !entry.price->origin.as_of) entry.price->origin.as_of = settings.as_of;
  return result;
}

// The first line alone is a row: it names its vendor and its model.
bool is_own(std::string_view text) {
  const auto row = parse_row(text.substr(0, text.find('\n')));
  return row && read_head(*row);
}

Result<Import> import_list(const Json& list, Format format, const ImportSettings& settings) {
  if (format == Format::litellm) return import_litellm(list, settings);
  if (format == Format::portkey) return import_portkey(list, settings);
  return import_openrouter(list, settings);
}

}  // namespace

std::optional<Format> format_named(std::string_view name) {
  const auto found = std::find(format_names.begin(), format_names.end(), name);
  return found == format_names.end() ? std::nullopt : std::optional(static_cast<Format>(found - format_names.begin()));
}

std::optional<Money> rate_of(const Json* dollars_per_token, double unit) {
  const auto value = decimal(dollars_per_token);
  if (!value || *value <= 0 || *value * unit > most_dollars_a_token) return std::nullopt;
  const auto rate = Money::picodollars(std::llround(*value * unit * static_cast<double>(Money::per_dollar)));
  return rate == Money() ? std::nullopt : std::optional(rate);
}

void add(Import& import, std::string listed_as, Entry entry) {
  if (!is_name(entry.model) || entry.model == any_model) return skip(import, std::move(listed_as), "unreadable name");
  if (entry.price && entry.price->rates.empty() && !entry.price->free) entry.price.reset();
  if (!entry.price && !entry.context_window) return skip(import, std::move(listed_as), "neither price nor limits");
  import.entries.push_back(std::move(entry));
}

Result<Import> import(std::string_view text, const ImportSettings& settings) {
  if (text.size() > max_import)
    return wrong("the list is larger than " + std::to_string(max_import >> 20) + " MiB; is it the right file?");
  if (settings.format == Format::headgate || (!settings.format && is_own(text))) return import_own(text, settings);
  const auto list = parse_json(text, DoubleNames::last_wins);
  if (!list) return wrong("the list is no JSON; fetch it again, it may have been cut");
  const auto format = settings.format ? settings.format : recognise(*list);
  if (!format) return wrong("the list is in no known format; name one with --format litellm, portkey or openrouter");
  auto result = import_list(*list, *format, settings);
  if (!result) return result;
  const auto name = [](const Entry& entry) { return std::tie(entry.vendor, entry.model); };
  auto& entries = result->entries;
  std::stable_sort(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) { return name(a) < name(b); });
  // The first of several names for one model is the one without detours.
  entries.erase(
      std::unique(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) { return name(a) == name(b); }),
      entries.end());
  if (entries.empty()) return wrong("the list has no model that could be taken over");
  if (entries.size() > max_entries) return wrong("the list has more than " + std::to_string(max_entries) + " models");
  return result;
}

PriceCount count_prices(const Catalog& before, const Import& fresh) {
  std::set<std::string_view> vendors;
  PriceCount count;
  for (const auto& entry : fresh.entries) {
    vendors.insert(entry.vendor);
    if (entry.price) ++count.after;
  }
  const auto is_from_there = [&](const Price& price) { return price.origin.source == fresh.source; };
  for (const auto& entry : before.entries()) {
    if (!vendors.contains(entry.vendor)) continue;
    const bool known = (entry.price && is_from_there(*entry.price)) ||
                       std::any_of(entry.other_prices.begin(), entry.other_prices.end(), is_from_there);
    if (known) ++count.before;
  }
  return count;
}

Result<std::string> merged_rows(const Text& earlier, const Import& fresh) {
  std::set<std::string_view> vendors;
  for (const auto& entry : fresh.entries) vendors.insert(entry.vendor);
  std::string rows;
  const auto keep = [&](const RowLine& row) {
    if (row.head.origin.source != fresh.source || !vendors.contains(row.head.vendor))
      rows.append(row.line).push_back('\n');
    return Result<void>();
  };
  if (auto kept = each_row(earlier, keep); !kept) return kept.error();
  for (const auto& entry : fresh.entries) {
    auto origin = entry.price ? entry.price->origin : Origin();
    origin.source = fresh.source;
    rows.append(to_row(entry, origin)).push_back('\n');
  }
  return rows;
}

}  // namespace headgate::catalog
