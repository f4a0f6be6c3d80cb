// The GenerateContent API: as Google's models speak it, and as a surface for clients.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/request.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/dialects/dialect.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects::gemini {

// What a model of this dialect understands; they differ by generation and by where they are served.
struct Words {
  bool thinking_level = true;   // thinking is asked for by level; otherwise by number of tokens
  bool skip_signature = false;  // calls that another model made are marked so that they are not refused
  bool call_ids = true;         // calls and results have ids; otherwise they go by name and order
};

// Of the URL's model or of a member `model`; the body of countTokens is read too. Errors: invalid_request,
// with the path of what is wrong.
core::Result<chat::Request> read_request(wire::JsonValue body);

// Errors: cannot_say.
core::Result<Written> write_request(const chat::Request& request, const Words& words);

// Errors: upstream_error; what the provider reports inside a 200.
core::Result<chat::Answer> read_answer(wire::JsonValue body);
void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown);

core::Error read_error(wire::JsonReader& json, int status, std::string_view body);
void append_error(std::string& out, const core::Error& error, std::string_view request_id);

std::unique_ptr<EventReader> make_event_reader();
std::unique_ptr<EventWriter> make_event_writer(Shown shown);

// All there are, on one page.
void append_models(std::string& out, std::span<const std::string_view> ids);

void append_token_count(std::string& out, core::Tokens tokens);

// The body of a batchEmbedContents.
std::string write_embedding_request(std::string_view model, std::span<const std::string> inputs,
                                    std::optional<core::Tokens> dimensions);

struct Embeddings {
  std::vector<chat::Json> vectors;  // arrays of numbers, in the order of the inputs
  core::Usage usage;
};

// Of batchEmbedContents or embedContent. Errors: upstream_error.
core::Result<Embeddings> read_embeddings(wire::JsonValue body);

}  // namespace headgate::dialects::gemini
