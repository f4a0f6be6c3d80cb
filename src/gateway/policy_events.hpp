// The events of a stream in the words of policy, for who goes on with what they mean.
#pragma once

#include <memory>
#include <string>

#include "headgate/dialects/dialect.hpp"
#include "headgate/net/stream.hpp"
#include "headgate/wire/sse.hpp"

namespace headgate::gateway {

// Fed with a stream as it is written. Worker-confined.
class PolicyEvents {
 public:
  PolicyEvents();

  // Appends what whole events in the pieces mean. Errors: upstream_error, they are not of this dialect.
  core::Result<void> read(wire::JsonReader& json, const net::Outgoing& pieces, chat::Events& out);

 private:
  wire::SseReader sse_;
  std::string pending_;  // bounded by what is read of the provider
  std::unique_ptr<dialects::EventReader> events_;
};

}  // namespace headgate::gateway
