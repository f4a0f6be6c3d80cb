#include "headgate/wire/sse.hpp"

#include <algorithm>

namespace headgate::wire {
namespace {

// Whoever parses the data may look this far over its end.
constexpr std::size_t read_ahead = 64;

constexpr std::string_view canonical_begin = "data: ";

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// Position of the first LF or CR at or after `from`, or npos. In blocks, so that a text of many lines
// ended by CR alone is not searched to its end for an LF once per line.
std::size_t find_line_end(std::string_view text, std::size_t from) {
  constexpr std::size_t block = 512;
  for (; from < text.size(); from += block) {
    const auto part = text.substr(from, block);
    const auto lf = part.find('\n');
    const auto cr = part.substr(0, lf).find('\r');
    if (const auto end = std::min(lf, cr); end != part.npos) return from + end;
  }
  return text.npos;
}

}  // namespace

void SseReader::reset() {
  line_ = scanned_ = 0;
  data_lines_ = lines_ = 0;
  data_at_ = data_size_ = name_at_ = name_size_ = 0;
}

void SseReader::take_line(std::string_view pending, std::size_t end) {
  const auto line = pending.substr(line_, end - line_);
  ++lines_;
  const auto colon = line.find(':');
  const auto field = line.substr(0, colon);
  auto value_at = colon == line.npos ? line.size() : colon + 1;
  if (value_at < line.size() && line[value_at] == ' ') ++value_at;
  if (field == "data") {
    if (data_lines_ == 1) joined_.assign(pending, data_at_, data_size_);
    if (data_lines_ >= 1) joined_.append("\n").append(line.substr(value_at));
    ++data_lines_;
    data_at_ = line_ + value_at;
    data_size_ = line.size() - value_at;
  } else if (field == "event") {
    name_at_ = line_ + value_at;
    name_size_ = line.size() - value_at;
  }
}

// What nearly all providers send: one line of data, ended by LF, and a blank one.
bool SseReader::is_canonical_event(std::string_view pending, Event& event) const {
  if (first_ || skip_lf_ || scanned_ != 0 || !pending.starts_with(canonical_begin)) return false;
  const auto end = find_line_end(pending, canonical_begin.size());
  if (end == pending.npos || !pending.substr(end).starts_with("\n\n") || end + 2 > max_event_) return false;
  event = Event{end + 2, pending.substr(canonical_begin.size(), end - canonical_begin.size()), {}, true};
  return true;
}

SseReader::Status SseReader::next(std::string_view pending, Event& event) {
  if (is_canonical_event(pending, event)) return Status::event;
  if (skip_lf_ && line_ == 0 && !pending.empty()) {
    skip_lf_ = false;
    if (pending.front() == '\n') return event = Event{1, {}, {}, false}, Status::skipped;
  }
  if (first_ && line_ == 0) {
    const auto shown = pending.substr(0, byte_order_mark.size());
    if (shown == byte_order_mark) {
      first_ = false;
      return event = Event{byte_order_mark.size(), {}, {}, false}, Status::skipped;
    }
    if (shown == byte_order_mark.substr(0, shown.size())) return Status::need_more;
    first_ = false;
  }
  for (;;) {
    const auto end = find_line_end(pending, scanned_);
    if (end == pending.npos) {
      scanned_ = pending.size();
      return pending.size() > max_event_ ? Status::too_large : Status::need_more;
    }
    auto next_line = end + 1;
    const bool at_cr = pending[end] == '\r';
    if (at_cr && next_line < pending.size() && pending[next_line] == '\n') ++next_line;
    const bool cr_at_the_end = at_cr && next_line == pending.size() && pending.back() == '\r';
    const bool blank = end == line_;
    if (cr_at_the_end && !blank) {
      // CR or CRLF: not known before the next byte; wait for it, so that no LF is taken for a blank line.
      return pending.size() > max_event_ ? Status::too_large : Status::need_more;
    }
    if (!blank) {
      take_line(pending, end);
      line_ = scanned_ = next_line;
      continue;
    }
    skip_lf_ = cr_at_the_end;
    event = Event{next_line, {}, {}, false};
    if (data_lines_ == 0) return reset(), Status::skipped;
    if (data_lines_ > 1) joined_.reserve(joined_.size() + read_ahead);
    event.data = data_lines_ > 1 ? std::string_view(joined_) : pending.substr(data_at_, data_size_);
    event.name = pending.substr(name_at_, name_size_);
    event.canonical = lines_ == 1 && data_at_ == 6 && next_line == 6 + data_size_ + 2 && pending[end] == '\n' &&
                      pending[end - 1] == '\n';
    const auto status = next_line > max_event_ ? Status::too_large : Status::event;
    reset();
    return status;
  }
}

void append_event(std::string& out, std::string_view json) {
  out.append("data: ");
  const auto at = out.size();
  out.append(json).append("\n\n");
  // Between tokens a line end is white space; inside one line it would end the event.
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(at), out.end() - 2, [](char c) { return c == '\n' || c == '\r'; }, ' ');
}

}  // namespace headgate::wire
