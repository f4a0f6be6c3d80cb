// The vendors, one row each. A vendor's quirk is a column here, never an
// `if` elsewhere.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "headgate/dialects/words.hpp"
#include "headgate/wire/openai_continuation.hpp"

namespace headgate::providers {

// Where below its base URL a vendor takes which request.
enum class Paths : std::uint8_t {
  by_surface,          // /chat/completions
  messages,            // /messages
  model_and_method,    // /models/MODEL:generateContent
  deployment,          // /deployments/MODEL/chat/completions?api-version=
  model_and_converse,  // /model/MODEL/converse
  model_and_predict,   // /models/MODEL:rawPredict
};

// What an account shows to be let in.
enum class Proof : std::uint8_t {
  key,           // behind `key_field`
  signature,     // of AWS, where there is no key
  access_token,  // behind `key_field`; it is had for a service account, and expires
};

// A vendor that answers in many places of the world, of which an account names one.
struct Places {
  std::string_view name;                      // what the configuration calls such a place
  std::array<std::string_view, 2> variables;  // where it is looked for when none is configured
  std::string (*base_url)(std::string_view place);
};

struct Vendor {
  // A header beside the fixed ones; sent with this value unless the client's own words come with another.
  struct Field {
    std::string_view name, value;
  };

  std::string_view name;      // `type` in the configuration
  std::string_view base_url;  // empty: must be configured
  std::string_view key_env;   // where the key is looked for when none is configured
  bool key_required;
  // Whether the surface takes stream_options.include_usage. Where it does not, the last chunk
  // carries usage by itself or nobody knows it.
  bool takes_stream_options;
  wire::openai::Prefill prefill;       // how it goes on with an answer that was begun, where its models can
  std::string_view prefill_path = {};  // of its own base URL, if it does so elsewhere
  dialects::Words words = dialects::chat_completions::Words{};
  Paths paths = Paths::by_surface;
  std::string_view key_field = "authorization: Bearer ";  // what stands in front of the key
  std::span<const Field> fields = {};
  std::string_view in_catalog = {};  // what the catalog calls it; empty: the same
  Proof proof = Proof::key;
  std::string_view signed_service = {};  // for which signatures are made
  const Places* places = nullptr;
  std::string_view publisher = {};  // whose models stand below a project and a place of it
};

std::span<const Vendor> vendors();
// Null when the type is unknown. "simulated" is a row too: it has no base URL and needs no key.
const Vendor* find_vendor(std::string_view type);

}  // namespace headgate::providers
