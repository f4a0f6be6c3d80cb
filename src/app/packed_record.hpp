// A request's record as one run of bytes. Thousands of them are kept, each is written once and hardly one ever read:
// as objects they would drive all else out of the processor's cache.
#pragma once

#include <string>
#include <string_view>

#include "headgate/gateway/record.hpp"

namespace headgate::app {

// Replaces what `into` holds, whose memory is used again. Of this process only.
void pack(const gateway::RequestRecord& record, std::string& into);
// `packed` comes from pack().
gateway::RequestRecord unpack(std::string_view packed);
// Without unpacking the rest.
std::string_view id_of_packed(std::string_view packed);

}  // namespace headgate::app
