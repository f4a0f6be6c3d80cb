#include <algorithm>
#include <array>
#include <utility>

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

// Its names in snake case.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> others{{{"any_of", "anyOf"},
                                                                               {"min_items", "minItems"},
                                                                               {"max_items", "maxItems"},
                                                                               {"min_length", "minLength"},
                                                                               {"max_length", "maxLength"},
                                                                               {"min_properties", "minProperties"},
                                                                               {"max_properties", "maxProperties"}}};

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

void write_value(JsonWriter& json, std::string_view name, JsonValue value, bool nullable) {
  if (name == "properties" && value.is_object()) {
    json.begin_object();
    for (const auto property : value.members()) {
      json.name(property.name.source().substr(1, property.name.source().size() - 2));
      write_schema(json, property.value);
    }
    json.end_object();
  } else if (name == "anyOf" && value.is_array()) {
    json.begin_array();
    for (const auto item : value.items()) write_schema(json, item);
    if (nullable) json.begin_object().member("type", "null").end_object();
    json.end_array();
  } else if (name == "enum" && value.is_array() && nullable) {
    json.begin_array();
    for (const auto item : value.items()) json.raw(item.source());
    json.null().end_array();
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
    const auto given = entry.name.string();
    const auto* other = std::ranges::find(others, given, [](const auto& row) { return row.first; });
    const auto name = other == others.end() ? std::string_view(given) : other->second;
    if (name == "type") {
      write_type(json, entry.value, nullable);
      continue;
    }
    if (name == "nullable" || name == "propertyOrdering" || name == "property_ordering" || name == "example") continue;
    const auto quoted = entry.name.source();
    json.name(other == others.end() ? quoted.substr(1, quoted.size() - 2) : name);
    write_value(json, name, entry.value, nullable);
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
