// Everything one configuration file says, each part in the words of its component. Value.
#pragma once

#include <string>

#include "headgate/access/settings.hpp"
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

struct Settings {
  server::Settings server;
  providers::Settings providers;
  routing::Settings routing;
  health::Settings breakers;
  access::Settings access;
  Log log;
  std::string data_dir = "./headgate-data";
};

}  // namespace headgate::config
