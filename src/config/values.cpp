#include "values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

#include "headgate/core/nearest.hpp"
#include "text.hpp"

namespace headgate::config {
namespace {

constexpr std::string_view digits = "0123456789";

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 5> duration_units{
    {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
constexpr std::array<Unit, 7> size_units{{{"B", 1},
                                          {"KB", 1'000},
                                          {"KiB", 1u << 10},
                                          {"MB", 1'000'000},
                                          {"MiB", 1u << 20},
                                          {"GB", 1'000'000'000},
                                          {"GiB", 1u << 30}}};

// What people write instead, and the unit they mean.
constexpr std::array<std::pair<std::string_view, std::string_view>, 24> other_spellings{{
    {"msec", "ms"}, {"millis", "ms"}, {"sec", "s"},    {"secs", "s"},    {"second", "s"}, {"seconds", "s"},
    {"min", "m"},   {"mins", "m"},    {"minute", "m"}, {"minutes", "m"}, {"hr", "h"},     {"hrs", "h"},
    {"hour", "h"},  {"hours", "h"},   {"day", "d"},    {"days", "d"},    {"k", "KiB"},    {"K", "KiB"},
    {"kb", "KB"},   {"M", "MiB"},     {"mb", "MB"},    {"G", "GiB"},     {"gb", "GB"},    {"b", "B"},
}};

struct Quantity {
  std::string_view number;  // "1.5"; empty when there is none
  std::string_view unit;
  bool spaced = false;  // "10 s"
};

Quantity split_quantity(std::string_view text) {
  std::size_t end = std::min(text.find_first_not_of(digits), text.size());
  if (end > 0 && end < text.size() && text[end] == '.') {
    const std::size_t fraction = std::min(text.find_first_not_of(digits, end + 1), text.size());
    if (fraction > end + 1) end = fraction;
  }
  const std::size_t unit = std::min(text.find_first_not_of(' ', end), text.size());
  return {text.substr(0, end), text.substr(unit), unit > end};
}

std::string meant_unit(std::string_view unit, const std::vector<std::string>& names) {
  for (const auto& [other, name] : other_spellings) {
    if (other == unit && std::find(names.begin(), names.end(), name) != names.end()) return std::string(name);
  }
  return core::nearest(unit, names);
}

struct Measure {
  std::string_view what;     // "a duration"
  std::string_view example;  // unit to suggest when there is none
  std::size_t decimals;
  std::size_t most_digits;
};

// The number in the smallest unit.
Parsed<double> parse_quantity(std::string_view text, const auto& units, const Measure& measure) {
  const Quantity quantity = split_quantity(text);
  std::vector<std::string> names;
  for (const Unit& unit : units) names.emplace_back(unit.name);
  const std::string any_unit = "a number with a unit: " + join(names, " or ");
  if (quantity.number.empty())
    return Problem{"HG-1107", quote(text) + " is not " + std::string(measure.what), any_unit};
  const std::string number(quantity.number);
  if (quantity.unit.empty()) {
    return Problem{"HG-1105", quote(text) + " has no unit", any_unit,
                   "write " + quote(number + std::string(measure.example))};
  }
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == quantity.unit; });
  if (unit == units.end()) {
    const std::string meant = meant_unit(quantity.unit, names);
    return Problem{"HG-1106", quote(quantity.unit) + " is not a unit of " + std::string(measure.what), any_unit,
                   meant.empty() ? std::string() : "did you mean " + quote(number + meant) + "?"};
  }
  if (quantity.spaced) {
    return Problem{"HG-1107", "a space between number and unit", any_unit,
                   "write " + quote(number + std::string(unit->name))};
  }
  const std::size_t point = std::min(number.find('.'), number.size());
  const std::size_t decimals = point < number.size() ? number.size() - point - 1 : 0;
  if (point > measure.most_digits || decimals > measure.decimals) {
    return Problem{"HG-1107", quote(text) + " has too many digits", any_unit};
  }
  double value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value * static_cast<double>(unit->factor);
}

Problem not_a(std::string_view what, std::string_view text, std::string hint = {}) {
  return {"HG-1107", quote(text) + " is not " + std::string(what), {}, std::move(hint)};
}

bool is_printable_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

bool is_name(std::string_view text, std::size_t longest) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  };
  return !text.empty() && text.size() <= longest && text[0] != '.' && std::all_of(text.begin(), text.end(), allowed);
}

std::optional<Problem> check_name(std::string_view text) {
  if (is_name(text, 64) && text[0] != '-') return std::nullopt;
  return Problem{"HG-1108", quote(text) + " cannot be a name"};
}

std::optional<Problem> check_printable(std::string_view text, std::size_t longest) {
  if (!text.empty() && text.size() <= longest && is_printable_ascii(text)) return std::nullopt;
  return Problem{"HG-1108", quote(text) + " cannot be a model's name"};
}

// Names that are shown and sent in headers.
std::optional<Problem> check_label(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; }) && !text.empty();
  if (printable && text.size() <= 128 && text.front() != ' ' && text.back() != ' ') return std::nullopt;
  return Problem{"HG-1108", quote(text) + " cannot be a name"};
}

std::optional<Problem> check_characters(std::string_view text, std::string_view marks, std::string_view what) {
  const bool allowed = std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || digits.find(c) != digits.npos ||
           marks.find(c) != marks.npos;
  });
  if (allowed && !text.empty() && text.size() <= 64 && !(text[0] == '/' && what == "a time zone")) return std::nullopt;
  return not_a(what, text);
}

std::optional<Problem> check_store(std::string_view text) {
  const auto server = [text](std::string_view scheme) {
    return text.starts_with(scheme) && text.size() > scheme.size();
  };
  if (text == "sqlite" || server("postgres://") || server("redis://")) return std::nullopt;
  return not_a("a store", text);
}

std::optional<Problem> check_path(std::string_view text) {
  // Control characters are legal in file names and never meant.
  const bool plain = std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < ' ') || c == 127; });
  if (!text.empty() && text.size() <= 4096 && plain) return std::nullopt;
  return Problem{"HG-1107", text.empty() ? "an empty path" : "not a path"};
}

template <typename T>
std::optional<Problem> problem_of(const Parsed<T>& parsed) {
  return parsed ? std::nullopt : std::optional(parsed.problem());
}

}  // namespace

Parsed<core::milliseconds> parse_duration(std::string_view text) {
  const auto parsed = parse_quantity(text, duration_units, {"a duration", "s", 3, 9});
  if (!parsed) return parsed.problem();
  if (*parsed > longest_duration) return Problem{"HG-1104", quote(text) + " is too long", "at most 3650d"};
  return core::milliseconds(std::llround(*parsed));
}

Parsed<std::size_t> parse_size(std::string_view text) {
  const auto parsed = parse_quantity(text, size_units, {"a size", "MiB", 0, 12});
  if (!parsed) return parsed.problem();
  constexpr double petabyte = 1e15;
  if (*parsed > petabyte) return Problem{"HG-1104", quote(text) + " is too large"};
  return static_cast<std::size_t>(*parsed);
}

Parsed<core::Money> parse_money(std::string_view text) {
  const std::string_view number = text.starts_with('$') ? text.substr(1) : text;
  const Quantity quantity = split_quantity(number);
  if (quantity.number.empty() || quantity.number.size() != number.size()) return not_a("an amount of money", text);
  if (number.size() == text.size()) {
    return Problem{"HG-1105", quote(text) + " has no currency", {}, "write " + quote("$" + std::string(number))};
  }
  const std::size_t point = std::min(number.find('.'), number.size());
  if (point > 9 || number.size() > point + 13) return not_a("an amount of money", text, "it has too many digits");
  const auto amount = core::Money::parse(number);
  if (!amount) return Problem{"HG-1104", quote(text) + " is too large", "at most $" + core::Money::most().to_string()};
  return *amount;
}

Parsed<std::chrono::minutes> parse_clock(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] - '0'; };
  const bool shaped = text.size() == 5 && text[2] == ':' && text.find_first_not_of("0123456789:") == text.npos &&
                      std::count(text.begin(), text.end(), ':') == 1;
  const int hour = shaped ? digit(0) * 10 + digit(1) : 0;
  const int minute = shaped ? digit(3) * 10 + digit(4) : 0;
  if (!shaped || minute > 59 || hour * 60 + minute > 24 * 60) return not_a("a time of day", text);
  return std::chrono::minutes(hour * 60 + minute);
}

Parsed<WindowText> parse_window(std::string_view text) {
  for (const auto period : {budget::Period::day, budget::Period::week, budget::Period::month})
    if (text == budget::name_of(period)) return WindowText{{}, period};
  const auto length = parse_duration(text);
  if (length) return WindowText{*length};
  Problem problem = length.problem();
  if (problem.code == "HG-1107") problem.hint = did_you_mean(text, {"day", "week", "month"});
  if (problem.code == "HG-1107") problem.expected.clear();
  return problem;
}

Parsed<SecretReference> parse_secret(std::string_view text) {
  using Source = SecretReference::Source;
  if (text == "none") return SecretReference{};
  const auto rest = [text](std::string_view scheme) { return std::string(text.substr(scheme.size())); };
  if (text.starts_with("file:") && text.size() > 5 && !check_path(rest("file:")))
    return SecretReference{Source::file, rest("file:")};
  if (text.starts_with("secret:") && is_name(rest("secret:"), 64))
    return SecretReference{Source::secret, rest("secret:")};
  if (text.starts_with("env:") && is_name(rest("env:"), 128)) {
    const std::string name = rest("env:");
    if (name.find_first_of(".-") == name.npos && digits.find(name[0]) == digits.npos)
      return SecretReference{Source::env, name};
  }
  if (text.starts_with("env:") || text.starts_with("file:") || text.starts_with("secret:")) {
    return Problem{"HG-1107", "not a reference to a secret"};
  }
  return Problem{
      "HG-1301",
      "a key does not belong in this file",
      {},
      "put it into the environment and write env:NAME, or into a file only you can read and write file:/path"};
}

bool is_reserved_model_name(std::string_view name) {
  return name == "auto" || name.starts_with("auto:") || name.starts_with("pool:") || name.ends_with(":floor") ||
         name.ends_with(":nitro");
}

std::optional<Problem> check_kind(std::string_view kind, std::string_view text) {
  if (kind == "duration") return problem_of(parse_duration(text));
  if (kind == "size") return problem_of(parse_size(text));
  if (kind == "money") return problem_of(parse_money(text));
  if (kind == "address") return problem_of(parse_address(text));
  if (kind == "url") return check_url(text);
  if (kind == "secret") return problem_of(parse_secret(text));
  if (kind == "network") return check_network(text);
  if (kind == "path") return check_path(text);
  if (kind == "name") return check_name(text);
  if (kind == "model_name") return check_printable(text, 128);
  if (kind == "upstream_name") return check_printable(text, 256);
  if (kind == "store") return check_store(text);
  if (kind == "label") return check_label(text);
  if (kind == "tag") return check_characters(text, "_-.:/", "a tag");
  if (kind == "time_zone") return check_characters(text, "_+-/", "a time zone");
  if (kind == "clock") return problem_of(parse_clock(text));
  if (kind == "place") return check_characters(text, "-", "a region or location");
  if (kind == "project") return check_characters(text, "-.:", "a project's id");
  if (kind == "window") return problem_of(parse_window(text));
  return std::nullopt;
}

}  // namespace headgate::config
