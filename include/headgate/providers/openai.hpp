// The adapter of OpenAI's dialect: how a request reaches a target, and what its answers mean.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "headgate/core/secret.hpp"
#include "headgate/providers/settings.hpp"
#include "headgate/providers/vendor.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/url.hpp"

namespace headgate::providers {

// What all requests to one account have in common. Value.
class OpenAiAdapter {
 public:
  OpenAiAdapter(const Account& account, const wire::Url& url, const Vendor& vendor);

  wire::openai::StreamOptions stream_options(bool stream) const {
    if (!takes_stream_options_) return wire::openai::StreamOptions::remove;
    return stream ? wire::openai::StreamOptions::ask_for_usage : wire::openai::StreamOptions::keep;
  }

  const wire::openai::Prefill& prefill() const { return prefill_; }

  // Appends request line and headers, blank line included. Holds the account's key: the text goes
  // to the wire and nowhere else.
  void append_head(std::string& out, wire::Surface surface, std::size_t body_size, std::string_view traceparent,
                   std::string_view tracestate, bool is_prefill = false) const;

 private:
  std::string prefix_;          // of the path
  std::string prefill_prefix_;  // the same, of requests to go on with an answer
  core::Secret headers_;        // fixed header lines
  wire::openai::Prefill prefill_;
  bool takes_stream_options_;
};

}  // namespace headgate::providers
