// The Messages API: as providers speak it, and as a surface for clients.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/request.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::anthropic {

// What a model of this dialect understands; they differ by generation and by where they are served.
struct Words {
  bool sampling = true;            // temperature, top_p, top_k
  bool manual_budget = false;      // thinking with a number of tokens; otherwise adaptive, with an effort
  bool prefill = true;             // an answer begun by the client
  bool in_url = false;             // the URL names the model, the body the version
  std::string version{};           // `anthropic_version`, where the URL names the model
  core::Tokens max_tokens = 4096;  // where the client gave none: the dialect demands a number
};

// Errors: invalid_request, with the path of what is wrong. `max_tokens` may be missing: counting tokens
// needs none.
core::Result<chat::Request> read_request(wire::JsonValue body);

// Errors: cannot_say.
core::Result<Written> write_request(const chat::Request& request, const Words& words);

// Errors: upstream_error; what the provider reports inside a 200.
core::Result<chat::Answer> read_answer(wire::JsonValue body);

// The first choice: a client of this dialect cannot ask for more.
void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown);

core::Error read_error(wire::JsonReader& json, int status, std::string_view body);
void append_error(std::string& out, const core::Error& error, std::string_view request_id);

std::unique_ptr<EventReader> make_event_reader();
std::unique_ptr<EventWriter> make_event_writer(Shown shown);

// Where the model's name stands, quotes included.
std::optional<wire::ByteRange> model_value(wire::JsonValue body);

void append_token_count(std::string& out, core::Tokens tokens);

struct ListedModel {
  std::string_view id;
  std::int64_t created = 0;  // seconds since the epoch
};

// All there are, on one page.
void append_models(std::string& out, std::span<const ListedModel> models);

}  // namespace headgate::dialects::anthropic
