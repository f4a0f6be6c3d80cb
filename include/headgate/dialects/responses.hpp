// OpenAI's Responses API (openapi 2.3.0), POST /v1/responses: for its clients, and for providers that speak it.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/request.hpp"
#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects::responses {

// What a client asks. `instructions` become the leading developer message; the members of State are read by
// read_state and are no extras. Errors: invalid_request with its param.
core::Result<chat::Request> read_request(wire::JsonValue body);

// What a request says of other responses, and of its own fate. Of a sound request. Value.
struct State {
  std::string previous_response_id;
  std::string conversation;
  bool store = true;
  bool background = false;
  bool instructed = false;  // it brings instructions of its own
};
State read_state(wire::JsonValue body);

// Puts what was said before in front of what is asked now, behind the instructions of `state`.
void join(chat::Request& request, std::vector<chat::Message> earlier, const State& state);

// The ids of items of `input` that are only named: {"type":"item_reference"}.
std::vector<std::string> named_items(wire::JsonValue body);
// The response whose item it is, by its id; empty: not one of ours.
std::string response_of_item(std::string_view item_id);
// `find` gives a named item as JSON; nothing: nobody knows it; empty: it has been said, and is left out. The same body
// with the items themselves; empty when it names none. Errors: invalid_request, 404, for one that nobody knows.
using FindItem = std::function<std::optional<std::string>(std::string_view id)>;
core::Result<std::string> with_named_items(wire::JsonValue body, const FindItem& find);

// What a response repeats of its request: members as JSON, with their defaults. Value.
struct Echo {
  std::string members = of_nothing();
  static std::string of_nothing();
};
// `store` where the gateway knows better than the request what becomes of it.
Echo read_echo(wire::JsonValue body, std::optional<bool> store = {});

// The response object, as it is answered and as it is stored. Of `shown` the id wins over the provider's, since
// other requests will name it; the ids of its items follow from it. A stream of the same pieces ends with the same
// object.
void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown, const Echo& echo = {});
// The error object of OpenAI; the request's id is told in a header only.
void append_error(std::string& out, const core::Error& error, std::string_view request_id);
std::unique_ptr<EventWriter> make_event_writer(Shown shown, Echo echo = {});

// What is stored beside a response: the items of `input` as an array, each with an id.
void append_input_items(std::string& out, wire::JsonValue body, std::string_view response_id);

// Of GET /v1/responses/{id}/input_items.
struct Page {
  std::size_t limit = 20;
  bool ascending = false;
  std::string after;  // the id of the item before the first; empty: from the beginning
};
void append_item_list(std::string& out, wire::JsonValue items, const Page& page);

// Stored items, be they input or output, as what was said. Errors: invalid_request, when an item is of a kind that
// cannot be told to any model.
core::Result<std::vector<chat::Message>> read_items(wire::JsonValue items);

// For a provider. Nothing is stored there unless the request says so. Errors: cannot_say.
core::Result<Written> write_request(const chat::Request& request);
// Errors: unusable_answer; what a response of status "failed" reports.
core::Result<chat::Answer> read_answer(wire::JsonValue body);
core::Error read_error(wire::JsonReader& json, int status, std::string_view body);
std::unique_ptr<EventReader> make_event_reader();

}  // namespace headgate::dialects::responses
