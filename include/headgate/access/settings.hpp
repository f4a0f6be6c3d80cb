// Who may come in, as configured. Value.
#pragma once

namespace headgate::access {

enum class Auth { required, open };

struct Settings {
  Auth auth = Auth::required;
};

}  // namespace headgate::access
