// What was stored of answered responses, for their own tenant: shown, listed, deleted.
#pragma once

#include "service.hpp"

namespace headgate::server {

// Of the endpoints below /v1/responses/.
net::Task<void> answer_stored(Request& request, net::Loop& loop);

}  // namespace headgate::server
