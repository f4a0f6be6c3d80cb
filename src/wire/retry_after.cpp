#include "headgate/wire/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>

namespace headgate::wire {
namespace {

// A provider that asks for hours is not believed: the next candidate has long been asked by then.
constexpr double longest = 60;

std::optional<double> read_number(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number) || number < 0) return {};
  return number;
}

// RFC 9110 section 5.6.7, the preferred form.
std::optional<double> seconds_until(std::string_view date, core::WallTime now) {
  if (date.size() != 29) return {};
  std::tm parts{};
  const std::string text(date);
  const char* const end = strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
  if (end == nullptr || *end != '\0') return {};
  const auto then = std::chrono::system_clock::from_time_t(timegm(&parts));
  return std::max(0.0, std::chrono::duration<double>(then - now).count());
}

}  // namespace

std::optional<double> read_retry_after(std::string_view retry_after, std::string_view retry_after_ms,
                                       core::WallTime now) {
  auto seconds = read_number(retry_after_ms);
  if (seconds)
    seconds = *seconds / 1000;
  else
    seconds = read_number(retry_after);
  if (!seconds) seconds = seconds_until(retry_after, now);
  if (seconds) seconds = std::min(*seconds, longest);
  return seconds;
}

}  // namespace headgate::wire
