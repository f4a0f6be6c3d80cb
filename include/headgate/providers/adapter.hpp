// How a request reaches an account: in whose words, under which path, with which headers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/request.hpp"
#include "headgate/core/secret.hpp"
#include "headgate/core/time.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/providers/settings.hpp"
#include "headgate/providers/surfaces.hpp"
#include "headgate/providers/vendor.hpp"
#include "headgate/wire/openai.hpp"
#include "headgate/wire/splice.hpp"
#include "headgate/wire/url.hpp"

namespace headgate::providers {

// One request on its way to a provider. Borrowed.
struct Post {
  wire::Surface surface = wire::Surface::chat_completions;
  std::string_view model;  // the provider's name for it
  bool stream = false;
  bool is_prefill = false;  // it asks to go on with an answer that was begun
  std::string_view traceparent = {}, tracestate = {};
  // The head of the client's request, where its words go on as they are: headers that belong to them are
  // taken along.
  std::string_view own_head = {};
  // Of a request that is passed through, whose answer may be of any kind. Empty: JSON, answered in JSON or events.
  std::string_view content_type = {};
  std::span<const std::string_view> body = {};
  std::string_view access_token = {};  // where the account has one
  core::WallTime now = {};
};

// What all requests to one account have in common. Value.
class Adapter {
 public:
  Adapter(const Account& account, const wire::Url& url, const Vendor& vendor);

  dialects::Dialect dialect() const { return dialects::dialect_of(words_); }

  wire::openai::StreamOptions stream_options(bool stream) const {
    if (!takes_stream_options_) return wire::openai::StreamOptions::remove;
    return stream ? wire::openai::StreamOptions::ask_for_usage : wire::openai::StreamOptions::keep;
  }

  // Which of the account's surfaces answers for one that a client asks; nothing: none does.
  std::optional<wire::Surface> answering(wire::Surface asked) const;

  const wire::openai::Prefill& prefill() const { return prefill_; }

  // In this account's dialect and its vendor's own way of it. Errors: capability_unavailable, where it
  // cannot be said there.
  core::Result<dialects::Written> write(const chat::Request& request) const {
    return dialects::write_request(request, words_);
  }

  // Where a client's own words go on, `value` of them names its model: it is named as the provider calls it,
  // or the whole member gives way to what is said in its place.
  void name_model(wire::Spliced& body, std::string_view words, wire::ByteRange value,
                  std::string_view model_json) const;

  // Appends request line and headers, blank line included. Holds the account's key: the text goes
  // to the wire and nowhere else.
  void append_head(std::string& out, const Post& post) const;

 private:
  void append_own_fields(std::string& out, std::string_view own_head) const;
  void append_signature(std::string& out, std::string_view target, const Post& post) const;

  dialects::Words words_;
  Paths paths_;
  std::string prefix_;          // of the path
  std::string prefill_prefix_;  // the same, of requests to go on with an answer
  core::Secret headers_;        // fixed header lines
  std::string_view key_field_;
  std::string host_;  // as headers say it
  std::string region_;
  std::string_view service_;
  std::optional<AwsCredentials> aws_;  // requests are signed
  std::string in_place_of_model_;      // a member of the body, where the URL names the model
  std::span<const Vendor::Field> fields_;
  wire::openai::Prefill prefill_;
  bool takes_stream_options_;
  Surfaces surfaces_;
};

}  // namespace headgate::providers
