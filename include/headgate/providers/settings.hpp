// One account at a provider, as configured. Value.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/core/secret.hpp"
#include "headgate/core/time.hpp"
#include "headgate/providers/google_token.hpp"
#include "headgate/providers/sigv4.hpp"

namespace headgate::providers {

struct Timeouts {
  core::milliseconds connect{2'000};         // name lookup, TCP and TLS together
  core::milliseconds first_byte{60'000};     // request sent to the end of the answer's head, and to its first content
  core::milliseconds between_bytes{30'000};  // silence inside an answer
  core::milliseconds total{600'000};         // the whole attempt
};

// type: simulated. Every field is a script, nothing is random but by `seed`.
struct Simulation {
  core::milliseconds latency{50};         // to the first byte
  core::milliseconds token_interval{10};  // between two streamed tokens
  unsigned tokens = 24;                   // words in an answer
  double error_rate = 0;                  // share of requests answered with error_status, 0 to 1
  int error_status = 503;
  core::milliseconds outage_every{0};  // 0: never; else an outage begins that often
  core::milliseconds outage_for{0};    // and lasts so long: every request is refused
  unsigned seed = 1;
};

// Of what its provider remembers of prompts.
enum class PromptCaching : std::uint8_t { automatic, on, off };
inline constexpr std::array<std::string_view, 3> prompt_caching_names{"auto", "on", "off"};

struct Account {
  std::string name;        // as configured: "openai", "lab"
  std::string type;        // row of the vendor table, "openai_compatible" or "simulated"
  std::string base_url;    // scheme://host[:port][/prefix]; from the vendor table unless overridden
  core::Secret key;        // empty: none is sent
  std::string key_source;  // "env:OPENAI_API_KEY", "file:...", "none": where it came from, never the value
  Timeouts timeouts;
  std::size_t max_connections = 256;                         // over all workers
  std::size_t max_response = 64u << 20;                      // bytes
  std::size_t max_event = 4u << 20;                          // bytes of one streamed event
  std::string ca_file;                                       // added to the system's trust store
  std::vector<std::pair<std::string, std::string>> headers;  // sent with every request
  Simulation simulation;
  std::string place;                              // region or location, of a vendor that has many
  std::string project;                            // where models stand below one
  std::optional<AwsCredentials> aws;              // requests are signed with them
  std::optional<ServiceAccount> service_account;  // requests carry an access token of it
  // Where these came from, by the names of the configuration: "access_key" is "env:AWS_ACCESS_KEY_ID".
  std::vector<std::pair<std::string, std::string>> sources;
  PromptCaching prompt_caching = PromptCaching::automatic;
};

using Settings = std::vector<Account>;

}  // namespace headgate::providers
