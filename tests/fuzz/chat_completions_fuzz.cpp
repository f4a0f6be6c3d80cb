// Requests, answers and streams of the dialect, whatever their bytes: what is taken can be said again.
#include <algorithm>
#include <string>

#include "headgate/dialects/chat_completions.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::Padded;
namespace codec = dialects::chat_completions;

void read_request(std::string_view text) {
  wire::JsonReader json;
  const auto document = json.read(text);
  if (!document) return;
  const auto request = codec::read_request(*document);
  if (!request) return;
  (void)codec::write_request(*request, {});
  const auto written = codec::write_request(*request, codec::policy_words);
  test::require(written.has_value());
  const Padded padded(written->body, wire::json_padding);
  const auto again = json.read_lenient(padded.text());
  if (!again) return;  // deeper than is read, by a level that functions of old clients do not have
  const auto same = codec::read_request(*again);
  test::require(same && *same == *request);
}

void read_answer(std::string_view text) {
  wire::JsonReader json;
  const auto document = json.read_lenient(text);
  if (!document) return;
  if (const auto answer = codec::read_answer(*document)) {
    std::string out;
    codec::append_answer(out, *answer, {});
  }
}

void read_stream(std::string_view text) {
  wire::JsonReader json;
  const auto reader = codec::make_event_reader();
  const auto writer = codec::make_event_writer({});
  chat::Events events;
  std::string out;
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const Padded padded(line, wire::json_padding);
    if (!reader->read(json, "", padded.text(), events)) break;
  }
  (void)reader->end(events);
  for (const auto& event : events) writer->write(out, event);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Padded padded(test::as_text(data, size), wire::json_padding);
  const auto text = padded.text();
  read_request(text);
  read_answer(text);
  read_stream(text);
  return 0;
}
