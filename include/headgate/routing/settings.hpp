// Models, pools and failover, as configured. Value.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "headgate/core/time.hpp"

namespace headgate::routing {

struct Model {
  std::string name;      // what clients say
  std::string provider;  // account
  std::string upstream;  // what the provider calls it
};

struct Pool {
  std::string name;
  std::vector<std::string> models;  // ranked, best first
};

enum class NamedModels { strict, equivalents };

struct Failover {
  unsigned max_attempts = 3;
  core::milliseconds within{60'000};  // no new attempt after this
  NamedModels named_models = NamedModels::equivalents;
};

struct Settings {
  std::vector<Model> models;
  std::vector<Pool> pools;
  Failover failover;
};

}  // namespace headgate::routing
