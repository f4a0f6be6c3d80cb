#include "headgate/wire/aws_event_stream.hpp"

namespace headgate::wire {
namespace {

constexpr std::size_t prelude = 12, checksum = 4;  // around headers and payload

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? 0xEDB88320u ^ (value >> 1) : value >> 1;
    table[i] = value;
  }
  return table;
}
constexpr auto crc_table = make_crc_table();

// Takes big-endian numbers and texts from the front; what is not there fails, once and for all.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  bool failed() const { return failed_; }

  std::string_view take(std::size_t size) {
    if (size > bytes_.size()) {
      failed_ = true;
      bytes_ = {};
      return {};
    }
    const auto taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

  std::uint32_t number(std::size_t size) {
    std::uint32_t value = 0;
    for (const char c : take(size)) value = value << 8 | static_cast<unsigned char>(c);
    return value;
  }

 private:
  std::string_view bytes_;
  bool failed_ = false;
};

enum Type : std::uint32_t { yes, no, byte, int16, int32, int64, binary, text, timestamp, uuid };

// A value of a type that nobody asks for is stepped over.
std::optional<std::string_view> take_value(Bytes& bytes) {
  switch (bytes.number(1)) {
    case yes:
    case no: return "";
    case byte: return bytes.take(1), "";
    case int16: return bytes.take(2), "";
    case int32: return bytes.take(4), "";
    case int64:
    case timestamp: return bytes.take(8), "";
    case uuid: return bytes.take(16), "";
    case binary: return bytes.take(bytes.number(2)), "";
    case text: return bytes.take(bytes.number(2));
    default: return {};
  }
}

bool read_headers(std::string_view headers, AwsEventStreamReader::Event& event) {
  Bytes bytes(headers);
  std::string_view kind = "event";
  std::array<std::string_view, 3> names;  // by kind
  while (!bytes.empty()) {
    const auto name = bytes.take(bytes.number(1));
    const auto value = take_value(bytes);
    if (!value || bytes.failed()) return false;
    if (name == ":message-type") kind = *value;
    if (name == ":event-type") names[0] = *value;
    if (name == ":exception-type") names[1] = *value;
    if (name == ":error-code") names[2] = *value;
  }
  event.is_exception = kind != "event";
  event.name = names[kind == "event" ? 0 : kind == "exception" ? 1 : 2];
  return true;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far) {
  auto crc = ~so_far;
  for (const char c : bytes) crc = crc_table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return ~crc;
}

AwsEventStreamReader::Status AwsEventStreamReader::next(std::string_view pending, Event& event) {
  event = {};
  if (size_ == 0) {
    if (pending.size() < prelude) return Status::need_more;
    Bytes bytes(pending);
    const std::size_t size = bytes.number(4), headers = bytes.number(4);
    if (bytes.number(4) != crc32(pending.substr(0, 8))) return Status::malformed;
    if (size < prelude + checksum || headers > size - prelude - checksum) return Status::malformed;
    if (size > max_event_) return Status::too_large;
    size_ = size;
    headers_ = headers;
  }
  if (pending.size() < size_) return Status::need_more;
  const auto frame = pending.substr(0, size_);
  const auto body = frame.substr(prelude, size_ - prelude - checksum);
  size_ = 0;
  if (Bytes(frame.substr(frame.size() - checksum)).number(4) != crc32(frame.substr(0, frame.size() - checksum)))
    return Status::malformed;
  if (!read_headers(body.substr(0, headers_), event)) return Status::malformed;
  event.consumed = frame.size();
  event.data = body.substr(headers_);
  return Status::event;
}

}  // namespace headgate::wire
