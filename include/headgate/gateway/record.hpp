// All that is known of one request; every step adds to it, settlement reads it. Value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/capability.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/time.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::gateway {

struct AttemptRecord {
  std::string provider;
  std::string model;                         // as configured
  std::string outcome;                       // "ok" or the name of the error's code
  std::string detail;                        // for the log: why it failed
  int status = 0;                            // of the provider's answer; 0: there was none
  std::optional<core::Duration> first_byte;  // from the start of the attempt
  core::Duration total{};
  core::Usage usage;
  std::string passed_fields;  // header lines of the answer that go on to the client
};

// A candidate that was not asked, and why.
struct Exclusion {
  std::string model;
  std::string_view reason;                     // a literal
  std::optional<core::Duration> for_how_long;  // where that is known
};

struct RequestRecord {
  std::string id;
  std::string trace_id;
  std::string tenant;
  std::string key_id;
  std::string_view route;  // of the endpoint table, a literal
  std::string asked_model;
  std::string pool;
  std::optional<core::Capability> capability;  // none: nobody asked, or the classifier abstained
  std::optional<float> confidence;             // none: nobody asked
  bool stream = false;
  bool has_tools = false;
  bool dry_run = false;
  core::WallTime received{};
  core::TimePoint started{};
  core::Duration total{};
  core::Duration upstream{};   // part of total spent waiting for providers
  core::Duration client{};     // and for the client: to send its body, to take the answer
  int status = 0;              // told to the client; 408 or 499 when it was too slow or left before
  std::string outcome = "ok";  // "ok" or the name of the error's code, also when a stream broke late
  std::string detail;          // for the log only
  std::vector<AttemptRecord> attempts;
  std::vector<Exclusion> excluded;
  std::uint64_t bytes_in = 0, bytes_out = 0;  // bodies

  core::Duration overhead() const { return total - upstream - client; }
  // As if new, but texts and attempts keep their memory.
  void reset();
};

}  // namespace headgate::gateway
