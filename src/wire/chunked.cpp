#include "headgate/wire/chunked.hpp"

#include <algorithm>

namespace headgate::wire {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
}

bool is_token(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr unsigned max_digits = 15;  // stays below 2^60

}  // namespace

ChunkedDecoder::Step ChunkedDecoder::step(std::string_view input) {
  std::size_t at = 0;
  while (at < input.size()) {
    if (state_ == State::payload) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - at));
      left_ -= size;
      if (left_ == 0) state_ = State::payload_cr;
      return {Status::payload, at + size, input.substr(at, size)};
    }
    if (state_ == State::done) break;
    if (!take(input[at])) {
      state_ = State::malformed;
      return {Status::malformed, at, {}};
    }
    ++at;
  }
  return {state_ == State::done ? Status::done : Status::need_more, at, {}};
}

// Advances by one byte that is not payload. False when it may not stand there.
bool ChunkedDecoder::take(char c) {
  switch (state_) {
    case State::size_start:
      digits_ = 0;
      left_ = 0;
      state_ = State::size;
      [[fallthrough]];
    case State::size:
      if (const int value = hex_value(c); value >= 0) {
        left_ = left_ * 16 + static_cast<unsigned>(value);
        return ++digits_ <= max_digits;
      }
      if (digits_ == 0) return false;
      if (c == '\r') return state_ = State::size_lf, true;
      if (c == ';') return state_ = State::extension, true;
      return false;
    case State::extension:
      if (c == '\r') return state_ = State::size_lf, true;
      return is_text(c) && ++overhead_ <= max_overhead;
    case State::size_lf: state_ = left_ == 0 ? State::trailer_start : State::payload; return c == '\n';
    case State::payload_cr: return state_ = State::payload_lf, c == '\r';
    case State::payload_lf: return state_ = State::size_start, c == '\n';
    case State::trailer_start:
      if (c == '\r') return state_ = State::end_lf, true;
      return state_ = State::trailer_name, is_token(c) && ++overhead_ <= max_overhead;
    case State::trailer_name:
      if (c == ':') return state_ = State::trailer_value, true;
      return is_token(c) && ++overhead_ <= max_overhead;
    case State::trailer_value:
      if (c == '\r') return state_ = State::trailer_lf, true;
      return is_text(c) && ++overhead_ <= max_overhead;
    case State::trailer_lf: return state_ = State::trailer_start, c == '\n';
    case State::end_lf: return state_ = State::done, c == '\n';
    case State::payload:
    case State::done:
    case State::malformed: return false;
  }
  return false;
}

}  // namespace headgate::wire
