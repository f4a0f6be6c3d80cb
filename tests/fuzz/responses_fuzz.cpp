// Any bytes as a request, an answer or a stream of the Responses API: read without a stumble, and what was understood
// is said in a way that is understood again.
#include "headgate/dialects/responses.hpp"
#include "headgate/wire/sse.hpp"
#include "input.hpp"

namespace {

namespace responses = headgate::dialects::responses;
using headgate::test::Padded;
using headgate::test::require;

void read_document(std::string_view text) {
  const Padded padded(text, headgate::wire::json_padding);
  headgate::wire::JsonReader json, again;
  const auto document = json.read(padded.text());
  if (!document) return;
  std::string items;
  responses::append_input_items(items, *document, "resp_1");
  (void)responses::read_state(*document);
  (void)responses::read_echo(*document);
  (void)responses::read_items((*document)["output"]);
  (void)responses::with_named_items(*document, [](std::string_view) { return std::string("{}"); });
  if (const auto answer = responses::read_answer(*document)) {
    std::string out;
    responses::append_answer(out, *answer, {"resp_1", "m", 1, true}, responses::read_echo(*document));
    const Padded written(out, headgate::wire::json_padding);
    require(again.read_lenient(written.text()).has_value());
  }
  const auto request = responses::read_request(*document);
  if (!request) return;
  const auto written = responses::write_request(*request);
  if (!written) return;
  const Padded body(written->body, headgate::wire::json_padding);
  const auto copy = again.read_lenient(body.text());
  require(copy.has_value() && responses::read_request(*copy).has_value());
}

void read_stream(std::string_view stream) {
  headgate::wire::SseReader sse(1 << 16);
  headgate::wire::JsonReader json;
  const auto reader = responses::make_event_reader();
  const auto writer = responses::make_event_writer({"resp_1", "m", 1, true});
  headgate::chat::Events pieces;
  for (headgate::wire::SseReader::Event event;;) {
    const auto status = sse.next(stream, event);
    if (status == headgate::wire::SseReader::Status::event) {
      const Padded data(event.data, headgate::wire::json_padding);
      if (!reader->read(json, event.name, data.text(), pieces)) break;
    } else if (status != headgate::wire::SseReader::Status::skipped) {
      break;
    }
    stream.remove_prefix(event.consumed);
  }
  (void)reader->end(pieces);
  std::string out;
  for (const auto& piece : pieces) writer->write(out, piece);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = headgate::test::as_text(data, size);
  read_document(text);
  read_stream(text);
  return 0;
}
