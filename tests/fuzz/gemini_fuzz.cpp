// Any bytes as a request, an answer, an error or a stream of the GenerateContent API: read without a stumble, and what
// was understood is said in a way that is understood again.
#include <algorithm>

#include "headgate/dialects/gemini.hpp"
#include "stream.hpp"

namespace {

namespace gemini = headgate::dialects::gemini;
using headgate::test::Padded;
using headgate::test::require;

// Texts of tools that hold JSON are written as JSON, lists of one as lists: deeper than they were read.
bool may_become_too_deep(std::string_view text) {
  const auto opens = std::count(text.begin(), text.end(), '{') + std::count(text.begin(), text.end(), '[');
  return opens > 40 || text.find("\\u") != text.npos;
}

void write_again(const headgate::chat::Request& request, const gemini::Words& words) {
  const auto written = gemini::write_request(request, words);
  if (!written) return;
  headgate::wire::JsonReader json;
  const Padded body(written->body, headgate::wire::json_padding);
  require(json.read_lenient(body.text()).has_value());
}

void read_document(std::string_view text) {
  const Padded padded(text, headgate::wire::json_padding);
  headgate::wire::JsonReader json, again;
  (void)gemini::read_error(again, 400, padded.text());
  const auto document = json.read(padded.text());
  if (!document) return;
  (void)gemini::read_embeddings(*document);
  if (const auto answer = gemini::read_answer(*document)) {
    std::string out;
    gemini::append_answer(out, *answer, {"r-1", "m", 1, true});
    const Padded written(out, headgate::wire::json_padding);
    const auto copy = again.read_lenient(written.text());
    require(copy.has_value() && gemini::read_answer(*copy).has_value());
  }
  const auto request = gemini::read_request(*document);
  if (!request || may_become_too_deep(text)) return;
  write_again(*request, {true, true, true});
  write_again(*request, {false, false, false});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = headgate::test::as_text(data, size);
  read_document(text);
  headgate::test::read_stream(text, *gemini::make_event_reader(), *gemini::make_event_writer({"r-1", "m", 1, true}));
  return 0;
}
