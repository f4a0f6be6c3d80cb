// Logs go to stderr: JSON lines, or coloured text on a terminal. Asynchronous behind a bounded
// queue; when it is full the oldest lines give way.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/config/settings.hpp"
#include "headgate/gateway/record.hpp"

namespace spdlog {
class logger;
}

namespace headgate::app {

using LogFields = std::vector<std::pair<std::string_view, std::string>>;

// Shared.
class Log {
 public:
  explicit Log(const config::Log& settings);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void apply(const config::Log& settings);
  void info(std::string_view message, const LogFields& fields = {}) const;
  void warn(std::string_view message, const LogFields& fields = {}) const;
  void error(std::string_view message, const LogFields& fields = {}) const;
  // The one line of a request.
  void request(const gateway::RequestRecord& record) const;

 private:
  std::string render(std::string_view message, const LogFields& fields) const;

  std::shared_ptr<spdlog::logger> logger_;
  bool json_;
  std::atomic<config::LogRequests> requests_;
};

}  // namespace headgate::app
