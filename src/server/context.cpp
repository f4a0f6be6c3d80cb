#include "context.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace headgate::server {
namespace {

// Seconds.
constexpr double duration_buckets[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300};
constexpr double overhead_buckets[] = {0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005,
                                       0.001,   0.0025,   0.005,   0.01,   0.05};

}  // namespace

void Ids::append_hex(std::string& out, std::size_t bytes) {
  static constexpr char hex[] = "0123456789abcdef";
  if (pool_.size() - used_ < bytes) {
    if (RAND_bytes(pool_.data(), static_cast<int>(pool_.size())) != 1)
      throw std::runtime_error("the system's random generator does not answer");
    used_ = 0;
  }
  const auto begin = out.size();
  out.resize(begin + 2 * bytes);
  for (char* at = out.data() + begin; at != out.data() + out.size();) {
    const unsigned byte = pool_[used_++];
    *at++ = hex[byte >> 4];
    *at++ = hex[byte & 15];
  }
}

void Ids::append_request_id(std::string& out) {
  out.append("req_");
  append_hex(out, 16);
}

std::string Ids::span_id() {
  std::string id;
  append_hex(id, 8);
  return id;
}

RequestMetrics::RequestMetrics(metrics::Registry& registry)
    : in_flight(registry.gauge("headgate_requests_in_flight", "Requests that are being answered.")),
      duration(registry.histogram("headgate_request_duration_seconds",
                                  "From the end of a request's head to the last byte of its answer.",
                                  duration_buckets)),
      overhead(registry.histogram("headgate_overhead_seconds",
                                  "The part of the duration not spent waiting for providers or the client.",
                                  overhead_buckets)),
      registry_(registry) {}

void RequestMetrics::count(std::string_view surface, std::string_view route, std::size_t route_index, int status) {
  const auto status_index = static_cast<std::size_t>(status >= 100 && status < 600 ? status - 100 : 0);
  requests_
      .at((route_index % routes) * statuses + status_index,
          [&]() -> metrics::Counter& {
            return registry_.counter(
                "headgate_http_requests_total", "Requests answered.",
                {{"surface", std::string(surface)}, {"route", std::string(route)}, {"code", std::to_string(status)}});
          })
      .add();
}

}  // namespace headgate::server
