// What the load generator measured.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <vector>

namespace bench {

struct Results {
  void print(double seconds);
  static void print_quantiles(const char* name, std::vector<double>& us);

  size_t errors = 0;
  size_t events = 0;
  std::vector<double> latency, first, gap;  // us
};

inline void Results::print_quantiles(const char* name, std::vector<double>& us) {
  if (us.empty()) return;
  std::sort(us.begin(), us.end());
  const auto at = [&](double share) {
    return us[std::min(us.size() - 1, static_cast<size_t>(share * static_cast<double>(us.size())))];
  };
  std::printf(",\"%s_us\":{\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"max\":%.1f}", name, at(.5), at(.9), at(.99),
              us.back());
}

inline void Results::print(double seconds) {
  std::printf("{\"requests\":%zu,\"errors\":%zu,\"events\":%zu,\"seconds\":%.3f,\"per_second\":%.0f", latency.size(),
              errors, events, seconds, static_cast<double>(latency.size()) / seconds);
  print_quantiles("latency", latency);
  print_quantiles("first", first);
  print_quantiles("gap", gap);
  std::printf("}\n");
}

}  // namespace bench
