#include <fmt/format.h>

#include <array>

#include "written.hpp"

namespace headgate::config::written {
namespace {

struct Unit {
  std::uint64_t factor;
  std::string_view name;
};

template <std::size_t N>
std::string in_units(std::uint64_t amount, const std::array<Unit, N>& largest_first) {
  for (const auto& unit : largest_first)
    if (amount != 0 && amount % unit.factor == 0) return std::to_string(amount / unit.factor) + std::string(unit.name);
  return std::to_string(amount) + std::string(largest_first.back().name);
}

}  // namespace

std::string duration(core::Duration length) {
  constexpr std::array<Unit, 5> units{{{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}}};
  const auto millis = std::chrono::duration_cast<core::milliseconds>(length).count();
  return in_units(static_cast<std::uint64_t>(millis), units);
}

std::string size(std::size_t bytes) {
  constexpr std::array<Unit, 4> units{{{1u << 30, "GiB"}, {1u << 20, "MiB"}, {1u << 10, "KiB"}, {1, "B"}}};
  return in_units(bytes, units);
}

std::string address(const server::Address& address) {
  const bool v6 = address.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", v6 ? "[" : "", address.host, v6 ? "]" : "", address.port);
}

std::string money(core::Money amount) { return "$" + amount.to_string(); }

std::string clock(std::chrono::minutes time) {
  return fmt::format("{:02}:{:02}", time.count() / 60, time.count() % 60);
}

}  // namespace headgate::config::written
