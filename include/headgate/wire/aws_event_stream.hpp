// Frames of application/vnd.amazon.eventstream, read as they come in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace headgate::wire {

// CRC-32 (ISO 3309), as zlib and these frames have it. Of texts in a row: each with the one before.
std::uint32_t crc32(std::string_view bytes, std::uint32_t so_far = 0);

// Finds frames in a growing run of bytes, whatever its splits. The caller shows the same unconsumed
// bytes again with more behind them. Both checksums are checked, the one of the lengths before a length
// is believed. Value.
class AwsEventStreamReader {
 public:
  explicit AwsEventStreamReader(std::size_t max_event) : max_event_(max_event) {}

  enum class Status : std::uint8_t {
    event,
    need_more,  // no whole frame yet
    too_large,
    malformed,  // nothing behind it can be read
  };
  struct Event {
    std::size_t consumed = 0;  // bytes to drop from the front
    std::string_view data;     // in the input, like the name
    std::string_view name;     // of `:event-type`, `:exception-type` or `:error-code`
    bool is_exception = false;
  };

  Status next(std::string_view pending, Event& event);

 private:
  std::size_t max_event_;
  std::size_t size_ = 0;  // of the frame at the front, once its length is known to be sound
  std::size_t headers_ = 0;
};

}  // namespace headgate::wire
