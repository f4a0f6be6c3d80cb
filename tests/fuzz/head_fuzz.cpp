// Any bytes as the head of a request and of a response.
#include <algorithm>

#include "headgate/net/head_parser.hpp"
#include "headgate/net/head_reader.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

void check_fields(const wire::Fields& fields, std::string_view head) {
  for (std::size_t i = 0; i < wire::known_fields; ++i) {
    const auto value = fields[static_cast<wire::Field>(i)];
    require(test::lies_within(value, head));
    require(wire::is_field_value(value));
  }
}

void check_framing(const auto& head) {
  require(!(head.chunked && head.has_length));
  require(!head.chunked || head.minor_version == 1);
  require(head.has_length || head.length == 0);
  require(head.minor_version <= 1);
}

void find_in_two_looks(std::string_view bytes) {
  std::size_t scanned = 0;
  const auto found = net::find_head_end(bytes, scanned);
  require(found <= bytes.size());
  const auto split = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front()) % bytes.size();
  scanned = 0;
  const auto first = net::find_head_end(bytes.substr(0, split), scanned);
  require((first != 0 ? first : net::find_head_end(bytes, scanned)) == found);
}

// Heads of one connection, each ended by a byte that is in none: a reader with a memory reads them like one without.
void read_one_after_the_other(std::string_view bytes) {
  net::HeadReader reader;
  while (!bytes.empty()) {
    const auto head = bytes.substr(0, bytes.find('\0'));
    bytes.remove_prefix(std::min(bytes.size(), head.size() + 1));
    std::size_t scanned = 0, also = 0;
    require(reader.find_end(head, scanned) == net::find_head_end(head, also));
    wire::RequestHead read;
    const auto judged = net::parse_request_head(head);
    require(reader.read(head, read).has_value() == judged.has_value());
    if (!judged) continue;
    require(read.target == judged->target && test::lies_within(read.target, head));
    require(read.length == judged->length && read.keep_alive == judged->keep_alive && read.method == judged->method);
    require(read.chunked == judged->chunked && read.has_length == judged->has_length);
    for (std::size_t i = 0; i < wire::known_fields; ++i) {
      const auto field = static_cast<wire::Field>(i);
      require(read.fields[field] == judged->fields[field]);
    }
    check_fields(read.fields, head);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = test::as_text(data, size);
  find_in_two_looks(bytes);
  read_one_after_the_other(bytes);
  if (const auto head = net::parse_request_head(bytes)) {
    require(wire::fault_in_request_head(bytes).empty());
    std::size_t judged = 0;
    require(wire::fault_in_unfinished_head(bytes, judged).empty());
    require(!head->target.empty() && test::lies_within(head->target, bytes));
    require(test::lies_within(wire::path_of(head->target), bytes) || wire::path_of(head->target) == "/");
    require(head->minor_version == 0 || !head->fields[wire::Field::host].empty());
    check_fields(head->fields, bytes);
    check_framing(*head);
  }
  if (const auto head = net::parse_response_head(bytes)) {
    require(wire::fault_in_response_head(bytes).empty());
    require(head->status >= 100 && head->status <= 999);
    check_fields(head->fields, bytes);
    check_framing(*head);
  }
  return 0;
}
