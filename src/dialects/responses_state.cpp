#include <iterator>

#include "headgate/dialects/responses.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::responses {
namespace {

using wire::JsonValue;

bool is_reference(JsonValue item) {
  if (!item.is_object()) return false;
  if (!item["id"].is_string() || item["id"].is_empty()) return false;
  return item["type"].is("item_reference") || (!item["type"].is_set() && !item["role"].is_set());
}

core::Error unknown_item(const std::string& id) {
  return core::Error(core::Code::invalid_request, "Item with id '" + id.substr(0, 100) +
                                                      "' not found: no stored response holds it. Send the item itself.")
      .with_status(404)
      .with_param("input");
}

}  // namespace

State read_state(JsonValue body) {
  State state;
  state.previous_response_id = body["previous_response_id"].string();
  const auto conversation = body["conversation"];
  state.conversation = conversation.is_object() ? conversation["id"].string() : conversation.string();
  state.store = body["store"].boolean().value_or(true);
  state.background = body["background"].boolean().value_or(false);
  state.instructed = body["instructions"].is_string();
  return state;
}

void join(chat::Request& request, std::vector<chat::Message> earlier, const State& state) {
  auto& messages = request.messages;
  const auto place = messages.begin() + (state.instructed && !messages.empty() ? 1 : 0);
  messages.insert(place, std::make_move_iterator(earlier.begin()), std::make_move_iterator(earlier.end()));
}

std::vector<std::string> named_items(JsonValue body) {
  std::vector<std::string> ids;
  for (const auto item : body["input"].items())
    if (is_reference(item)) ids.push_back(item["id"].string());
  return ids;
}

// "msg_7f_0" is of "resp_7f".
std::string response_of_item(std::string_view item_id) {
  const auto from = item_id.find('_'), to = item_id.rfind('_');
  if (from == item_id.npos || to <= from + 1) return {};
  return "resp_" + std::string(item_id.substr(from + 1, to - from - 1));
}

core::Result<std::string> with_named_items(JsonValue body, const FindItem& find) {
  std::string out;
  if (named_items(body).empty()) return out;
  wire::JsonWriter json(out);
  json.begin_object();
  for (const auto [name, value] : body.members()) {
    json.raw(name.source());
    out += ':';
    if (!name.is("input")) {
      json.raw(value.source());
      continue;
    }
    json.begin_array();
    for (const auto item : value.items()) {
      const auto id = item["id"].string();
      const auto found = is_reference(item) ? find(id) : std::string(item.source());
      if (!found) return unknown_item(id);
      if (!found->empty()) json.raw(*found);
    }
    json.end_array();
  }
  json.end_object();
  return out;
}

}  // namespace headgate::dialects::responses
