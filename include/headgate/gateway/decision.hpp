// The decision behind one request, as people and scripts read it: JSON.
#pragma once

#include <string>
#include <string_view>

#include "headgate/dialects/dialect.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::gateway {

// What a client says of its wishes in headers. Borrowed; as sent, and empty where nothing was.
struct Wishes {
  std::string_view head;  // all of it, judged sound
  std::string_view max_cost, deadline_ms, tags;
};

// A request as it was read. Borrowed.
struct Ask {
  wire::Surface surface;
  const wire::openai::Request& request;
  wire::JsonValue document;
  std::string_view body;
  const Wishes& wishes;
  bool dry_run;                            // all that can be known is wanted
  std::string_view without_provider = {};  // as if its breaker were open: a drill
  std::optional<dialects::Dialect> own{};  // the client's, where it is another
};

// A request for more answers than this is not taken apart into as many requests.
inline constexpr unsigned max_fan_out = 16;

// Profile, capability and plan of a request, noted in its record. `draw` as for routing::Router::plan.
// Errors: of hints that cannot be read, those of the router, and no_healthy_upstream when a drill leaves nobody.
core::Result<routing::Plan> decide(const Ask& ask, const Snapshot& snapshot, RequestRecord& record, double draw);

// The decision, as far as it has come.
std::string describe(const RequestRecord& record);

// Reads a request's body and describes what would become of it now. Errors as for the request itself.
core::Result<std::string> explain(std::string_view body, wire::Surface surface, const Snapshot& snapshot);

// How many tokens the request of a client is estimated to be. Errors as for the request itself.
core::Result<core::Tokens> count_tokens(dialects::Dialect dialect, std::string_view body);

}  // namespace headgate::gateway
