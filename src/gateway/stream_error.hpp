// How a stream ends that comes to no good end: the error as its last event.
#pragma once

#include <string>

#include "headgate/gateway/gateway.hpp"

namespace headgate::gateway {

// In the words of policy. What became of the request is noted.
std::string error_event(RequestRecord& record, const core::Error& error);

// The same for a client that gets the events of its own dialect as they are.
std::string error_event_of(const Call& call, const core::Error& error);

// Ends the client's stream with it.
net::Task<void> tell_in_stream(Call& call, const core::Error& error);

}  // namespace headgate::gateway
