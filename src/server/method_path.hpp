// What a URL asks that names a model and one of its methods: .../models/MODEL:METHOD.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headgate::server {

struct MethodPath {
  enum class Method : std::uint8_t { generate, stream, count_tokens };
  std::string model;
  Method method = Method::generate;
};

// `rest` is what stands below the endpoint's path. Nothing for a method that is not served.
std::optional<MethodPath> read_method_path(std::string_view rest);

// Whether the query of `target` asks for server-sent events. Without it a stream is one JSON array.
bool asks_for_events(std::string_view target);

// RFC 3986 section 2.1. What is no escape stays as it is.
std::string percent_decoded(std::string_view text);

}  // namespace headgate::server
