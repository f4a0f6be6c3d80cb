// Everything one configuration file says, each part in the words of its component. Value.
#pragma once

#include <optional>
#include <string>

#include "headgate/access/settings.hpp"
#include "headgate/budget/settings.hpp"
#include "headgate/catalog/age.hpp"
#include "headgate/health/settings.hpp"
#include "headgate/providers/settings.hpp"
#include "headgate/routing/settings.hpp"
#include "headgate/server/settings.hpp"

namespace headgate::config {

enum class LogLevel { debug, info, warn, error };
enum class LogRequests { all, errors, none };

struct Log {
  LogLevel level = LogLevel::info;
  LogRequests requests = LogRequests::all;  // one line a request, one a failed request, or none
};

enum class DrillMode { shadow, live };  // synthetic requests, or those that carry the tag

struct Drills {
  std::optional<core::milliseconds> every;  // none: by hand only
  DrillMode mode = DrillMode::shadow;
  std::string live_tag = "drill";
};

// What is kept of answered responses, for requests that name them.
struct Responses {
  bool store = true;
  core::milliseconds keep = std::chrono::days(30);
  std::size_t max_response = 16u << 20;  // bytes, input and output
  std::size_t max_tenant = std::size_t{1} << 30;
  std::size_t max_total = std::size_t{4} << 30;
};

struct Settings {
  server::Settings server;
  providers::Settings providers;
  routing::Settings routing;  // the facts of models are what the file states; the catalog's go below them
  budget::Settings budgets;
  catalog::AgeSettings catalog;
  Drills drills;
  Responses responses;
  health::Settings breakers;
  access::Settings access;
  Log log;
  std::string data_dir = "./headgate-data";
};

}  // namespace headgate::config
