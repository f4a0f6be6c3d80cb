// Any bytes as a request: what is forwarded is JSON, asks the model we chose, and keeps what is not ours.
#include <string>

#include "headgate/wire/openai.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;
using wire::Surface;

std::string joined(const wire::Spliced& spliced) {
  std::array<std::string_view, wire::Spliced::max_pieces> pieces;
  const auto count = spliced.pieces(pieces);
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out.append(pieces[i]);
  require(out.size() == spliced.size());
  return out;
}

void check_forwarded(const wire::openai::Request& request, std::string_view body, wire::openai::StreamOptions options) {
  const auto forwarded = joined(wire::openai::forwarded_body(request, body, "\"chosen\"", options));
  const test::Padded padded(forwarded, wire::json_padding);
  wire::JsonReader json;
  const auto again = wire::openai::read_request(json, request.surface, padded.text());
  require(again.has_value());
  require(again->model == "chosen" && again->fallback_models.empty() &&
          (again->removable_count == 0 || !again->removable[0].always));
  require(again->stream == request.stream && again->has_tools == request.has_tools);
  if (options == wire::openai::StreamOptions::ask_for_usage) require(again->wants_usage);
  if (options == wire::openai::StreamOptions::remove) require(again->removable_count == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const test::Padded padded(test::as_text(data, size), wire::json_padding);
  wire::JsonReader json;
  for (const auto surface : {Surface::chat_completions, Surface::completions, Surface::embeddings}) {
    const auto request = wire::openai::read_request(json, surface, padded.text());
    if (!request) continue;
    using enum wire::openai::StreamOptions;
    check_forwarded(*request, padded.text(), keep);
    check_forwarded(*request, padded.text(), remove);
    if (request->stream) check_forwarded(*request, padded.text(), ask_for_usage);
  }
  return 0;
}
