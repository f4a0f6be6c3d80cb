// Any bytes as a request, an answer, an error or a stream of the Messages API: read without a stumble, and what was
// understood is said in a way that is understood again.
#include "headgate/dialects/anthropic.hpp"
#include "headgate/wire/sse.hpp"
#include "input.hpp"

namespace {

namespace anthropic = headgate::dialects::anthropic;
namespace chat = headgate::chat;
using headgate::test::Padded;
using headgate::test::require;

void write_again(const chat::Request& request, const anthropic::Words& words) {
  const auto written = anthropic::write_request(request, words);
  if (!written) return;
  headgate::wire::JsonReader json;
  const Padded body(written->body, headgate::wire::json_padding);
  require(json.read_lenient(body.text()).has_value());
}

void read_document(std::string_view text) {
  const Padded padded(text, headgate::wire::json_padding);
  headgate::wire::JsonReader json, again;
  require(anthropic::read_error(again, 400, padded.text()).status() >= 400);
  const auto document = json.read(padded.text());
  if (!document) return;
  (void)anthropic::model_value(*document);
  if (const auto answer = anthropic::read_answer(*document)) {
    std::string out;
    anthropic::append_answer(out, *answer, {"msg_1", "m", 1, true});
    const Padded written(out, headgate::wire::json_padding);
    const auto copy = again.read_lenient(written.text());
    require(copy.has_value() && anthropic::read_answer(*copy).has_value());
  }
  const auto request = anthropic::read_request(*document);
  if (!request) return;
  write_again(*request, {});
  write_again(*request, {false, true, false, true, "v", 4096});
}

void read_stream(std::string_view stream) {
  headgate::wire::SseReader sse(1 << 16);
  headgate::wire::JsonReader json;
  const auto reader = anthropic::make_event_reader();
  const auto writer = anthropic::make_event_writer({"msg_1", "m", 1, true});
  chat::Events pieces;
  bool sound = true;
  for (headgate::wire::SseReader::Event event; sound;) {
    const auto status = sse.next(stream, event);
    if (status == headgate::wire::SseReader::Status::event) {
      const Padded data(event.data, headgate::wire::json_padding);
      sound = reader->read(json, event.name, data.text(), pieces).has_value();
    } else if (status != headgate::wire::SseReader::Status::skipped) {
      break;
    }
    stream.remove_prefix(event.consumed);
  }
  sound = reader->end(pieces).has_value() && sound;
  std::string out;
  chat::Assembly assembly;
  bool makes_sense = true;
  for (const auto& piece : pieces) {
    writer->write(out, piece);
    makes_sense = assembly.add(piece).has_value() && makes_sense;
  }
  const bool failed = !pieces.empty() && pieces.back().kind == chat::Event::Kind::error;
  require(!sound || failed || (makes_sense && assembly.is_done()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = headgate::test::as_text(data, size);
  read_document(text);
  read_stream(text);
  return 0;
}
