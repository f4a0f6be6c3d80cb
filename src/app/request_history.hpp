// The last requests, findable by id. Bounded. Shared.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/gateway/record.hpp"

namespace headgate::app {

class RequestHistory {
 public:
  void remember(const gateway::RequestRecord& record);
  // The decision as JSON; empty when it is not remembered.
  std::string find(std::string_view id) const;
  // Whom a tenant's answer came from, and for which kind of task. None when it is not remembered, or was rated
  // before.
  struct Answered {
    std::string model;
    std::optional<core::Capability> capability;
    std::optional<budget::Signal> signal;  // what the answer said without being rated
  };
  std::optional<Answered> take_rating(std::string_view id, std::string_view tenant);

 private:
  // Its place in the ring.
  std::optional<std::size_t> newest(std::string_view id) const;

  static constexpr std::size_t kept = 2048;
  mutable std::mutex mutex_;
  std::vector<std::string> ring_;  // packed
  std::size_t next_ = 0;
};

}  // namespace headgate::app
