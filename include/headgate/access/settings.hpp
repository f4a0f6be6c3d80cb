// Who may come in, and from where, as configured. Value.
#pragma once

#include "headgate/access/zones.hpp"

namespace headgate::access {

enum class Auth { required, open };

struct Settings {
  Auth auth = Auth::required;
  Zones zones;
};

}  // namespace headgate::access
