// Any bytes as an event stream: every split yields the events that the standard says.
#include "headgate/wire/sse.hpp"

#include <string>
#include <vector>

#include "input.hpp"

namespace {

using headgate::test::require;
using headgate::wire::SseReader;
using Status = SseReader::Status;

constexpr std::size_t no_limit = ~std::size_t{0};

// Bytes arrive `piece` at a time; consumed ones are dropped.
std::vector<std::string> read(std::string_view stream, std::size_t piece, std::size_t max_event) {
  SseReader reader(max_event);
  std::vector<std::string> events;
  std::string pending;
  for (std::size_t arrived = 0; arrived < stream.size();) {
    const auto more = stream.substr(arrived, piece);
    arrived += more.size();
    pending.append(more);
    for (SseReader::Event event;;) {
      const auto status = reader.next(pending, event);
      if (status == Status::too_large) return events;
      if (status == Status::need_more) break;
      require(event.consumed > 0 && event.consumed <= pending.size());
      if (status == Status::event) events.emplace_back(event.data);
      if (status == Status::event && event.canonical)
        require(pending.substr(0, event.consumed) == "data: " + events.back() + "\n\n");
      pending.erase(0, event.consumed);
    }
  }
  return events;
}

// WHATWG HTML, section 9.2.6, taken at its word.
std::vector<std::string> expected(std::string_view stream) {
  if (stream.starts_with("\xEF\xBB\xBF")) stream.remove_prefix(3);
  std::vector<std::string> events;
  std::string data;
  bool has_data = false;
  for (std::size_t end; (end = stream.find_first_of("\r\n")) != stream.npos;) {
    auto line = stream.substr(0, end);
    stream.remove_prefix(end + (stream.substr(end).starts_with("\r\n") ? 2 : 1));
    if (line.empty()) {
      if (has_data) events.push_back(data.substr(0, data.size() - 1));
      data.clear();
      has_data = false;
    } else if (line == "data" || line.starts_with("data:")) {
      line.remove_prefix(std::min<std::size_t>(line.size(), 5));
      if (line.starts_with(' ')) line.remove_prefix(1);
      data.append(line).append("\n");
      has_data = true;
    }
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto stream = headgate::test::as_text(data, size);
  const auto events = expected(stream);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, size + 1})
    require(read(stream, piece, no_limit) == events);
  (void)read(stream, 2, 16);

  std::string written;
  headgate::wire::append_event(written, stream);
  if (stream.find('\r') == stream.npos) require(read(written, size + 9, no_limit).size() == 1);
  return 0;
}
