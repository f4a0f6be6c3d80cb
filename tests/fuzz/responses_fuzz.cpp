// Any bytes as a request, an answer or a stream of the Responses API: read without a stumble, and what was understood
// is said in a way that is understood again.
#include "headgate/dialects/responses.hpp"
#include "stream.hpp"

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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = headgate::test::as_text(data, size);
  read_document(text);
  headgate::test::read_stream(text, *responses::make_event_reader(),
                              *responses::make_event_writer({"resp_1", "m", 1, true}));
  return 0;
}
