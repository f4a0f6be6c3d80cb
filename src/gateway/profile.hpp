// A request as the router sees it, and what that view borrows from.
#pragma once

#include <string>
#include <vector>

#include "headgate/gateway/decision.hpp"
#include "headgate/routing/profile.hpp"
#include "headgate/wire/openai_hints.hpp"
#include "headgate/wire/openai_needs.hpp"

namespace headgate::gateway {

// Worker-confined, not movable: `profile` points into it, and into the record.
class Asked {
 public:
  Asked() = default;
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  // Errors: invalid_request for a header or a hint that cannot be read.
  core::Result<void> read(const Ask& ask, const Snapshot& snapshot, RequestRecord& record);

  routing::Profile profile;

 private:
  core::Result<void> read_wishes(const Wishes& wishes, RequestRecord& record);
  core::Result<void> read_hints(const Ask& ask);

  wire::openai::Hints hints_;
  std::vector<routing::HeaderValue> headers_;
};

}  // namespace headgate::gateway
