// Any bytes as what a provider answers: a reply, an event of a stream, an error.
#include <string>

#include "headgate/wire/openai.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;
using wire::Surface;

constexpr std::uint64_t absurd = 1'000'000'000;

void check_usage(const core::Usage& usage) {
  for (const auto& count : {usage.input, usage.cache_read, usage.output, usage.reasoning})
    require(count.value_or(0) < absurd);
}

bool is_json(std::string_view text) {
  wire::JsonReader json;
  const test::Padded padded(text, wire::json_padding);
  return json.read_lenient(padded.text()).has_value();
}

void check_error(const core::Error& error) {
  require(error.status() >= 400 && error.status() <= 599);
  std::string body;
  wire::openai::append_error(body, error);
  require(is_json(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::Padded padded(test::as_text(data, size), wire::json_padding);
  const auto text = padded.text();
  wire::JsonReader json;
  for (const auto surface : {Surface::chat_completions, Surface::completions, Surface::embeddings}) {
    if (const auto reply = wire::openai::check_reply(json, surface, text))
      check_usage(reply->usage);
    else
      check_error(reply.error());
    const auto event = wire::openai::read_stream_event(json, surface, text);
    check_usage(event.usage);
    if (event.kind == wire::openai::StreamEvent::Kind::error) check_error(event.error);
  }
  if (wire::openai::check_reply(json, Surface::embeddings, text)) {
    const auto encoded = wire::openai::embeddings_as_base64(json, text);
    if (encoded && !encoded->empty()) require(is_json(*encoded));
  }
  for (const int status : {400, 401, 429, 500, 503}) check_error(wire::openai::read_error(json, status, text));
  return 0;
}
