// Any bytes as JSON: what is taken, another parser takes too. And any bytes as a string of it.
#include "headgate/wire/json.hpp"

#include <nlohmann/json.hpp>

#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

// JSON by the other parser, numbers of any size among it.
bool others_agree(std::string_view text) {
  try {
    (void)nlohmann::json::parse(text);
    return true;
  } catch (const nlohmann::json::out_of_range&) {
    return true;  // a number that no double holds
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  const test::Padded padded(text, wire::json_padding);
  wire::JsonReader json;
  if (const auto read = json.read(padded.text()))
    require(others_agree(text));
  else
    require(!read.error().message().empty());
  if (json.read_lenient(padded.text())) require(others_agree(text));
  json.shrink();

  std::string quoted;
  wire::append_json_string(quoted, text);
  const test::Padded again(quoted, wire::json_padding);
  const auto read = json.read(again.text());
  require(read.has_value() && read->is_string());
  if (simdjson::validate_utf8(text.data(), text.size())) require(read->get_string().value_unsafe() == text);
  return 0;
}
