// Server-sent events (WHATWG HTML section 9.2.6), read as they come in and written for clients.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headgate::wire {

// Finds events in a growing run of bytes, whatever its splits and line ends. The caller shows the
// same unconsumed bytes again with more behind them; nothing is scanned twice. Value.
class SseReader {
 public:
  explicit SseReader(std::size_t max_event) : max_event_(max_event) {}

  enum class Status : std::uint8_t {
    event,      // an event with data
    skipped,    // a comment, a blank line or an event without data
    need_more,  // no whole event yet
    too_large,
  };
  struct Event {
    std::size_t consumed = 0;  // bytes to drop from the front
    std::string_view data;     // in the input, or in this reader when several data lines were joined
    std::string_view name;     // of an `event:` line
    // The consumed bytes are exactly "data: " + data + "\n\n": they may be passed on as they are.
    bool canonical = false;
  };

  Status next(std::string_view pending, Event& event);

 private:
  bool is_canonical_event(std::string_view pending, Event& event) const;
  void take_line(std::string_view pending, std::size_t end);
  void reset();

  std::size_t max_event_;
  std::size_t line_ = 0;     // where the current line begins
  std::size_t scanned_ = 0;  // no line end before this
  unsigned data_lines_ = 0;
  std::size_t data_at_ = 0, data_size_ = 0;
  std::size_t name_at_ = 0, name_size_ = 0;
  unsigned lines_ = 0;
  bool skip_lf_ = false;  // the last line ended in CR at the very end of the input
  bool first_ = true;     // a byte order mark may still come
  std::string joined_;
};

// "data: " + json + blank line.
void append_event(std::string& out, std::string_view json);

}  // namespace headgate::wire
