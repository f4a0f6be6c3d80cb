// The scalars of the file that are more than words: durations, sizes, money, addresses, URLs,
// references to secrets. Every unit is read here and nowhere else.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "headgate/budget/calendar.hpp"
#include "headgate/core/money.hpp"
#include "headgate/core/time.hpp"
#include "headgate/server/settings.hpp"
#include "report.hpp"

namespace headgate::config {

// A value, or why there is none.
template <typename T>
class Parsed {
 public:
  Parsed(T value) : value_(std::move(value)) {}
  Parsed(Problem problem) : problem_(std::move(problem)) {}

  explicit operator bool() const { return value_.has_value(); }
  const T& operator*() const { return *value_; }
  const T* operator->() const { return &*value_; }
  const Problem& problem() const { return problem_; }

 private:
  std::optional<T> value_;
  Problem problem_;
};

struct SecretReference {
  enum class Source { none, env, file, secret };
  Source source = Source::none;
  std::string name;
};

// The length of a sliding window, or else a period of the calendar.
struct WindowText {
  std::optional<core::milliseconds> length;
  budget::Period period = budget::Period::day;
};

inline constexpr double longest_duration = 3650.0 * 86'400'000.0;  // ms

Parsed<core::milliseconds> parse_duration(std::string_view text);  // 800ms, 1.5s, 2m, 24h, 7d; at most 3650d
Parsed<std::size_t> parse_size(std::string_view text);             // 64KiB, 32MiB, 10MB; in bytes
Parsed<core::Money> parse_money(std::string_view text);            // $0.002
Parsed<server::Address> parse_address(std::string_view text);      // 127.0.0.1:8080, [::1]:8080, localhost:8080
Parsed<SecretReference> parse_secret(std::string_view text);       // the message never holds the text
Parsed<std::chrono::minutes> parse_clock(std::string_view text);   // 08:00, 24:00
Parsed<WindowText> parse_window(std::string_view text);            // 24h, day, week, month

bool is_loopback(const server::Address& address);
bool is_any(const server::Address& address);  // 0.0.0.0 or ::

std::optional<Problem> check_url(std::string_view text);      // http or https, nothing secret in it
std::optional<Problem> check_network(std::string_view text);  // 10.0.0.0/8, ::/0

// Words that have another meaning where a client names a model.
bool is_reserved_model_name(std::string_view name);

// Whether `text` is a value of a schema's x-headgate-kind.
std::optional<Problem> check_kind(std::string_view kind, std::string_view text);

}  // namespace headgate::config
