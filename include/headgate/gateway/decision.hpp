// The decision behind one request, as people and scripts read it: JSON.
#pragma once

#include <string>
#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::gateway {

// Asks the classifier. Only where its answer makes a difference: it takes longer than all the rest.
void note_capability(RequestRecord& record, const Snapshot& snapshot, wire::Surface surface, wire::JsonValue request);

// Of a request that is not sent.
std::string describe(const RequestRecord& record, const wire::openai::Request& request, const routing::Plan& plan,
                     const Snapshot& snapshot);
// Of one that was.
std::string describe(const RequestRecord& record);

// Reads a request's body and describes what would become of it. Errors as for the request itself.
core::Result<std::string> explain(std::string_view body, wire::Surface surface, const Snapshot& snapshot);

}  // namespace headgate::gateway
