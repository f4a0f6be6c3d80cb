#include <utility>

#include "headgate/dialects/responses.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::responses {
namespace {

using wire::JsonValue;

// What the types of OpenAI's clients demand, and what stands there when nobody has said anything.
constexpr std::pair<std::string_view, std::string_view> repeated[] = {
    {"background", "false"},
    {"instructions", "null"},
    {"max_output_tokens", "null"},
    {"max_tool_calls", "null"},
    {"metadata", "{}"},
    {"parallel_tool_calls", "true"},
    {"previous_response_id", "null"},
    {"reasoning", R"({"effort":null,"summary":null})"},
    {"store", "true"},
    {"temperature", "null"},
    {"tool_choice", R"("auto")"},
    {"top_logprobs", "0"},
    {"top_p", "null"},
    {"truncation", R"("disabled")"},
};
// Likewise, but left out when nobody has said them.
constexpr std::string_view repeated_if_said[] = {"prompt_cache_key", "prompt_cache_retention", "safety_identifier",
                                                 "user"};

// Of a function `strict` and `parameters` are always told.
void write_tool(wire::JsonWriter& json, std::string& out, JsonValue tool) {
  if (!tool["type"].is("function")) {
    json.raw(tool.source());
    return;
  }
  json.begin_object();
  for (const auto [name, value] : tool.members())
    if (!name.is("strict") && !name.is("parameters")) {
      json.raw(name.source());
      out += ':';
      json.raw(value.source());
    }
  const auto parameters = tool["parameters"];
  json.raw_member("parameters", parameters.is_object() ? parameters.source() : "null");
  json.member("strict", tool["strict"].boolean().value_or(false));
  json.end_object();
}

void write_text(wire::JsonWriter& json, JsonValue text) {
  json.name("text").begin_object();
  const auto format = text["format"], verbosity = text["verbosity"];
  json.raw_member("format", format.is_object() ? format.source() : R"({"type":"text"})");
  if (verbosity.is_string()) json.raw_member("verbosity", verbosity.source());
  json.end_object();
}

std::string members_of(JsonValue body, std::optional<bool> store = {}) {
  std::string out;
  wire::JsonWriter json(out);
  for (const auto& [name, otherwise] : repeated) {
    const auto said = body[name];
    if (store && name == "store") {
      json.member(name, *store);
      continue;
    }
    json.raw_member(name, said.is_set() ? said.source() : otherwise);
  }
  for (const auto name : repeated_if_said)
    if (body[name].is_set()) json.raw_member(name, body[name].source());
  write_text(json, body["text"]);
  json.name("tools").begin_array();
  for (const auto tool : body["tools"].items()) write_tool(json, out, tool);
  json.end_array();
  return out;
}

}  // namespace

std::string Echo::of_nothing() { return members_of({}); }

Echo read_echo(JsonValue body, std::optional<bool> store) { return {members_of(body, store)}; }

}  // namespace headgate::dialects::responses
