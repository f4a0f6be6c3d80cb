// Any bytes as a chunked body: every split must read the same. And any bytes inside one: they come out.
#include <cstdio>
#include <string>

#include "headgate/wire/chunked.hpp"
#include "input.hpp"

namespace {

using headgate::test::require;
using headgate::wire::ChunkedDecoder;
using Status = ChunkedDecoder::Status;

struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  Status status = Status::need_more;
  bool operator==(const Decoded&) const = default;
};

// Shows the bytes in pieces of `piece`.
Decoded decode(std::string_view bytes, std::size_t piece) {
  ChunkedDecoder decoder;
  Decoded decoded;
  while (decoded.consumed < bytes.size()) {
    const auto shown = bytes.substr(decoded.consumed, piece);
    const auto step = decoder.step(shown);
    require(step.consumed <= shown.size());
    require(headgate::test::lies_within(step.payload, shown));
    decoded.body.append(step.payload);
    decoded.consumed += step.consumed;
    decoded.status = step.status;
    if (step.status == Status::malformed || step.status == Status::done) break;
    require(step.consumed > 0);
  }
  if (decoded.status == Status::payload) decoded.status = Status::need_more;
  return decoded;
}

std::string encode(std::string_view body, std::size_t chunk) {
  std::string out;
  for (; !body.empty(); body.remove_prefix(std::min(chunk, body.size()))) {
    const auto piece = body.substr(0, chunk);
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", piece.size());
    out.append(size).append(piece).append("\r\n");
  }
  return out + "0\r\n\r\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = headgate::test::as_text(data, size);
  const auto whole = decode(bytes, bytes.size());
  for (const std::size_t piece : {1u, 2u, 7u}) require(decode(bytes, piece) == whole);

  const std::size_t chunk = 1 + (bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front()));
  const auto encoded = encode(bytes, chunk);
  const auto decoded = decode(encoded + "next", 1 + chunk / 2);
  require(decoded.status == Status::done && decoded.body == bytes && decoded.consumed == encoded.size());
  return 0;
}
