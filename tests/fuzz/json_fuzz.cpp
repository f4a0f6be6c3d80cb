// Any bytes as JSON: what is taken, another parser takes too. And any bytes as a string of it.
#include "headgate/wire/json.hpp"

#include <nlohmann/json.hpp>

#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

using nlohmann::json;

// What the other parser makes of it. A number that no double holds stops it: null, but no mistake.
struct Other {
  json document;
  bool complete = false, mistaken = false;

  explicit Other(std::string_view text) {
    try {
      document = json::parse(text);
      complete = true;
    } catch (const json::out_of_range&) {
    } catch (const json::exception&) {
      mistaken = true;
    }
  }
};

json as_json(wire::JsonValue value) {
  if (value.is_array()) {
    auto array = json::array();
    for (const auto item : value.items()) array.push_back(as_json(item));
    return array;
  }
  if (value.is_object()) {
    auto object = json::object();
    for (const auto member : value.members()) object[member.name.string()] = as_json(member.value);
    return object;
  }
  return value.is_string() ? json(value.string()) : json::parse(value.source());
}

void check(const core::Result<wire::JsonValue>& read, const Other& other) {
  if (!read) return require(!read.error().message().empty());
  require(!other.mistaken);
  if (other.complete) require(as_json(*read) == other.document);
}

bool may_refuse(const core::Error& error) {
  return error.message().find("64") != std::string::npos || error.message().find("twice") != std::string::npos;
}

bool may_hold_surrogates(std::string_view text) {
  return text.find("\\ud") != text.npos || text.find("\\uD") != text.npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  const test::Padded padded(text, wire::json_padding);
  const Other other(text);
  wire::JsonReader json;
  const bool strictly = json.read(padded.text()).has_value();
  // The other parser knows no lone surrogates, which are let pass.
  if (strictly || !may_hold_surrogates(text)) check(json.read_lenient(padded.text()), other);
  const auto strict = json.read(padded.text());
  check(strict, other);
  // The other parser skips a byte order mark, and takes a zero byte for the end of the text.
  const bool other_is_lax = text.starts_with("\xEF\xBB\xBF") || text.find('\0') != text.npos;
  require(strict || !other.complete || other_is_lax || may_refuse(strict.error()));
  json.shrink();

  std::string quoted;
  wire::append_json_string(quoted, text);
  const test::Padded again(quoted, wire::json_padding);
  const auto read = json.read(again.text());
  require(read.has_value() && read->is_string());
  if (simdjson::validate_utf8(text.data(), text.size())) require(read->string() == text);
  return 0;
}
