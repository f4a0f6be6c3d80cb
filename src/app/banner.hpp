// The first minute: what is running, and the line to paste.
#pragma once

#include <string>

#include "headgate/config/settings.hpp"
#include "headgate/server/settings.hpp"

namespace headgate::app {

struct Listening {
  server::Address api, admin;
  bool tls = false;
  std::string config;  // path or "built in"
};

// Text for people.
std::string banner(const Listening& listening, const config::Settings& settings);
// One JSON line for programs.
std::string ready_line(const Listening& listening, const config::Settings& settings);

}  // namespace headgate::app
