#include "headgate/wire/http.hpp"

#include <algorithm>

namespace headgate::wire {
namespace {

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::array<std::string_view, known_fields> field_names{
    "host",
    "origin",
    "sec-fetch-site",
    "authorization",
    "x-api-key",
    "x-goog-api-key",
    "content-length",
    "transfer-encoding",
    "content-type",
    "content-encoding",
    "connection",
    "expect",
    "retry-after",
    "retry-after-ms",
    "x-should-retry",
    "request-id",
    "x-request-id",
    "traceparent",
    "tracestate",
    "x-headgate-dry-run",
    "x-headgate-max-cost",
    "x-headgate-deadline-ms",
    "x-headgate-tags",
    "x-ratelimit-limit-requests",
    "x-ratelimit-limit-tokens",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-remaining-tokens",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reset-tokens",
};

constexpr std::size_t longest_name = 30;
constexpr std::size_t most_of_a_length = 6;

// Indexes into field_names by length; known_fields ends a row.
constexpr auto make_by_length() {
  std::array<std::array<std::uint8_t, most_of_a_length>, longest_name + 1> rows{};
  for (auto& row : rows) row.fill(known_fields);
  for (std::size_t i = 0; i < known_fields; ++i) {
    auto& row = rows[field_names[i].size()];
    std::size_t place = 0;
    while (row[place] != known_fields) ++place;  // a row that is too short does not compile
    row[place] = static_cast<std::uint8_t>(i);
  }
  return rows;
}
constexpr auto by_length = make_by_length();

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view name_of(Field field) { return field_names[static_cast<std::size_t>(field)]; }

Field field_named(std::string_view name) {
  if (name.size() > longest_name) return Field::other;
  const auto& same_length = by_length[name.size()];
  for (const auto index : same_length) {
    if (index == known_fields) break;
    if (equal_ignoring_case(field_names[index], name)) return static_cast<Field>(index);
  }
  return Field::other;
}

Method method_named(std::string_view name) {
  using enum Method;
  if (name == "POST") return post;
  if (name == "GET") return get;
  if (name == "HEAD") return head;
  if (name == "PUT") return put;
  if (name == "PATCH") return patch;
  if (name == "DELETE") return del;
  if (name == "OPTIONS") return options;
  if (name == "TRACE") return trace;
  if (name == "CONNECT") return connect;
  return other;
}

std::string_view path_of(std::string_view target) {
  for (std::string_view scheme : {"http://", "https://"}) {
    if (target.size() > scheme.size() && equal_ignoring_case(target.substr(0, scheme.size()), scheme)) {
      const auto end = target.find_first_of("/?", scheme.size());
      target = end == std::string_view::npos || target[end] == '?' ? "/" : target.substr(end);
      break;
    }
  }
  if (target.empty() || target.front() != '/') return {};
  return target.substr(0, target.find('?'));
}

std::optional<std::string_view> find_field(std::string_view head, std::string_view name) {
  for (auto line_end = head.find("\r\n"); line_end != head.npos; line_end = head.find("\r\n")) {
    auto line = head.substr(0, line_end);
    head.remove_prefix(line_end + 2);
    const auto colon = line.find(':');
    if (colon != name.size() || !equal_ignoring_case(line.substr(0, colon), name)) continue;
    line.remove_prefix(colon + 1);
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
    return line;
  }
  return std::nullopt;
}

bool is_field_value(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

bool list_has_token(std::string_view list, std::string_view token) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto item = list.substr(0, comma);
    while (!item.empty() && (item.front() == ' ' || item.front() == '\t')) item.remove_prefix(1);
    while (!item.empty() && (item.back() == ' ' || item.back() == '\t')) item.remove_suffix(1);
    if (equal_ignoring_case(item, token)) return true;
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace headgate::wire
