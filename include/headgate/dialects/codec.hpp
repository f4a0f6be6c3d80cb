// A dialect to be had by its name: the same functions for each.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/request.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/splice.hpp"

namespace headgate::dialects {

struct Codec {
  // Of clients. Those of the converse dialect are unknown here, and answered in OpenAI's words.
  core::Result<chat::Request> (*read_request)(wire::JsonValue body);
  // What an answer repeats of its request, for the next two.
  std::string (*read_echo)(wire::JsonValue body);
  void (*append_answer)(std::string& out, const chat::Answer& answer, const Shown& shown, std::string_view echo);
  std::unique_ptr<EventWriter> (*make_event_writer)(Shown shown, std::string_view echo);
  void (*append_error)(std::string& out, const core::Error& error, std::string_view request_id);
  void (*append_token_count)(std::string& out, core::Tokens tokens);
  // Where a request's body names the model; nothing where it does not.
  std::optional<wire::ByteRange> (*model_value)(wire::JsonValue body);

  // Of providers. What they are sent is written by providers::Adapter, which knows a vendor's own ways.
  core::Result<chat::Answer> (*read_answer)(wire::JsonValue body);
  core::Error (*read_error)(wire::JsonReader& json, int status, std::string_view body);
  std::unique_ptr<EventReader> (*make_event_reader)();
};

const Codec& codec_of(Dialect dialect);

// The media type of a provider's stream.
std::string_view stream_type(Dialect dialect);

// What a stream of this dialect may say to its client at any time and mean nothing by.
std::string_view heartbeat(Dialect dialect);

}  // namespace headgate::dialects
