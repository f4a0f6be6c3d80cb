// A provider inside the process: what an answer would look like on the wire, and when. So demo,
// drills and tests need no network, and everything behind the socket is the same as for a real one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "headgate/core/time.hpp"
#include "headgate/providers/settings.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::providers {

struct SimulatedStep {
  core::milliseconds after{0};
  std::string bytes;  // empty: the connection breaks here
};

struct SimulatedRequest {
  const wire::openai::Request& request;
  std::string_view body;
  std::string_view upstream_model;
  std::uint64_t sequence;      // of this request at this account; decides which ones fail
  core::Duration since_start;  // of the account; decides outages
  std::int64_t created;        // seconds since the epoch, for the answer's `created`
};

// An HTTP/1.1 answer as bytes over time. The same arguments give the same answer.
std::vector<SimulatedStep> simulate(const Simulation& simulation, const SimulatedRequest& request);

}  // namespace headgate::providers
