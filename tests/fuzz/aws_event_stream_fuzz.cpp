// Any bytes as frames: every split yields the same, and nothing outside the input.
#include "headgate/wire/aws_event_stream.hpp"

#include <string>
#include <vector>

#include "input.hpp"

namespace {

using headgate::test::require;
using headgate::wire::AwsEventStreamReader;
using Status = AwsEventStreamReader::Status;

struct Outcome {
  std::vector<std::string> told;
  Status last = Status::need_more;
  bool operator==(const Outcome&) const = default;
};

Outcome read(std::string_view stream, std::size_t piece, std::size_t max_event) {
  AwsEventStreamReader reader(max_event);
  Outcome out;
  std::size_t begin = 0;
  for (std::size_t arrived = 0; arrived < stream.size();) {
    arrived = std::min(arrived + piece, stream.size());
    for (AwsEventStreamReader::Event event;;) {
      const auto pending = stream.substr(begin, arrived - begin);
      out.last = reader.next(pending, event);
      if (out.last == Status::need_more) break;
      if (out.last != Status::event) return out;
      require(event.consumed >= 16 && event.consumed <= pending.size() && event.consumed <= max_event);
      require(headgate::test::lies_within(event.data, pending) && headgate::test::lies_within(event.name, pending));
      out.told.push_back(std::string(event.name).append(event.is_exception ? "!" : ":").append(event.data));
      begin += event.consumed;
    }
  }
  return out;
}

// Checksums are hard to guess: the input with sound ones.
std::string framed(std::string_view input) {
  const auto big_endian = [](std::uint32_t value) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xff);
    return out;
  };
  const auto headers = input.empty() ? 0u : static_cast<unsigned char>(input[0]);
  auto out = big_endian(static_cast<std::uint32_t>(16 + input.size())) + big_endian(headers);
  out += big_endian(headgate::wire::crc32(out));
  out += input;
  return out += big_endian(headgate::wire::crc32(out));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = headgate::test::as_text(data, size);
  for (const auto& stream : {std::string(input), framed(input), framed(input) + std::string(input)})
    for (const std::size_t max_event : {std::size_t{64}, std::size_t{1} << 20}) {
      const auto whole = read(stream, stream.size() + 1, max_event);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{5}}) require(read(stream, piece, max_event) == whole);
    }
  return 0;
}
