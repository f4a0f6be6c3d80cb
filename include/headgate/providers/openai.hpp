// The adapter of OpenAI's dialect: how a request reaches a target, and what its answers mean.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "headgate/core/secret.hpp"
#include "headgate/providers/settings.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/url.hpp"

namespace headgate::providers {

// What all requests to one account have in common. Value.
class OpenAiAdapter {
 public:
  OpenAiAdapter(const Account& account, const wire::Url& url, bool takes_stream_options);

  wire::openai::StreamOptions stream_options(bool stream) const {
    if (!takes_stream_options_) return wire::openai::StreamOptions::remove;
    return stream ? wire::openai::StreamOptions::ask_for_usage : wire::openai::StreamOptions::keep;
  }

  // Appends request line and headers, blank line included. Holds the account's key: the text goes
  // to the wire and nowhere else.
  void append_head(std::string& out, wire::Surface surface, std::size_t body_size, std::string_view traceparent,
                   std::string_view tracestate) const;

 private:
  std::string prefix_;    // of the path
  core::Secret headers_;  // fixed header lines
  bool takes_stream_options_;
};

}  // namespace headgate::providers
