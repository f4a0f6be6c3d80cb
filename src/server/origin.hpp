// What a browser does in the name of a page from elsewhere, on listeners that ask for no key: such a
// page reaches whatever its reader reaches.
#pragma once

#include "headgate/core/result.hpp"
#include "headgate/server/settings.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::server {

bool is_loopback(const Address& address);

// Browsers say for which page they ask. `is_local`: the listener is on loopback, where a name that
// belongs to somebody else can only mean that it was pointed here (DNS rebinding).
// Error: origin_not_allowed.
core::Result<void> check_origin(const wire::RequestHead& head, bool is_local);

}  // namespace headgate::server
