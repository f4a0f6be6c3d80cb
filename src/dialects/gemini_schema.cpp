#include <algorithm>
#include <array>

#include "gemini_reading.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::gemini {
namespace {

using wire::JsonValue;
using wire::JsonWriter;

// Numbers of 64 bits, which the dialect writes as texts.
constexpr std::array<std::string_view, 6> counts{"minItems",  "maxItems",      "minLength",
                                                 "maxLength", "minProperties", "maxProperties"};

std::string lower(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool is_count(JsonValue value) {
  std::string scratch;
  const auto text = value.string(scratch);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return !text.empty() && text.size() < 19 && (text == "0" || text.front() != '0') &&
         std::ranges::all_of(text, is_digit);
}

void write_schema(JsonWriter& json, JsonValue schema);

void write_type(JsonWriter& json, JsonValue type, bool nullable) {
  if (!type.is_string()) {
    json.name("type").raw(type.source());
    return;
  }
  if (type.is("TYPE_UNSPECIFIED")) return;
  json.name("type");
  if (nullable)
    json.begin_array().string(lower(type.string())).string("null").end_array();
  else
    json.string(lower(type.string()));
}

void write_value(JsonWriter& json, const std::string& name, JsonValue value) {
  if (name == "properties" && value.is_object()) {
    json.begin_object();
    for (const auto property : value.members()) {
      json.name(property.name.source().substr(1, property.name.source().size() - 2));
      write_schema(json, property.value);
    }
    json.end_object();
  } else if ((name == "anyOf" || name == "any_of") && value.is_array()) {
    json.begin_array();
    for (const auto item : value.items()) write_schema(json, item);
    json.end_array();
  } else if ((name == "items" || name == "additionalProperties") && value.is_object()) {
    write_schema(json, value);
  } else if (std::ranges::find(counts, name) != counts.end() && is_count(value)) {
    json.raw(value.string());
  } else {
    json.raw(value.source());
  }
}

// As deep as the document, which is bounded.
void write_schema(JsonWriter& json, JsonValue schema) {
  if (!schema.is_object()) {
    json.raw(schema.source());
    return;
  }
  const bool nullable = schema["nullable"].boolean().value_or(false);
  json.begin_object();
  for (const auto entry : schema.members()) {
    auto name = entry.name.string();
    if (name == "type") {
      write_type(json, entry.value, nullable);
      continue;
    }
    if (name == "nullable" || name == "propertyOrdering" || name == "property_ordering" || name == "example") continue;
    if (name == "any_of") name = "anyOf";
    if (name == "anyOf")
      json.name(name);
    else
      json.name(entry.name.source().substr(1, entry.name.source().size() - 2));
    write_value(json, name, entry.value);
  }
  json.end_object();
}

}  // namespace

chat::Json as_json_schema(JsonValue schema) {
  chat::Json out;
  JsonWriter json(out);
  write_schema(json, schema);
  return out;
}

}  // namespace headgate::dialects::gemini
