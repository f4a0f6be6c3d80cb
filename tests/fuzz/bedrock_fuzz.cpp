// Any bytes as events and answers of the Converse API: read or refused, and events that make sense.
#include "headgate/dialects/bedrock.hpp"

#include <string>

#include "input.hpp"

namespace {

using namespace headgate;

// Lines of name, tab and data.
void read_events(std::string_view input) {
  const auto reader = dialects::bedrock::make_event_reader();
  wire::JsonReader json;
  chat::Events events;
  bool broken = false;
  while (!input.empty() && !broken) {
    const auto line = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(line.size() + 1, input.size()));
    const auto tab = std::min(line.find('\t'), line.size());
    const test::Padded data(line.substr(std::min(tab + 1, line.size())), wire::json_padding);
    broken = !reader->read(json, line.substr(0, tab), data.text(), events);
  }
  if (!broken) broken = !reader->end(events);
  chat::Assembly assembly;
  for (const auto& event : events) {
    const auto added = assembly.add(event);
    test::require(added.has_value() || event.kind == chat::Event::Kind::error);
  }
  const bool failed = !events.empty() && events.back().kind == chat::Event::Kind::error;
  test::require(broken || failed || assembly.is_done());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = test::as_text(data, size);
  read_events(input);
  const test::Padded body(input, wire::json_padding);
  wire::JsonReader json;
  if (const auto document = json.read_lenient(body.text())) (void)dialects::bedrock::read_answer(*document);
  const auto error = dialects::bedrock::read_error(json, 400, input.substr(0, 40), body.text());
  test::require(error.detail().size() < 500);
  return 0;
}
