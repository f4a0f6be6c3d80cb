#include "printable.hpp"

namespace headgate::app {
namespace {

bool is_control(unsigned char c) { return c < 0x20 || c == 0x7f; }
// In UTF-8 a character of this range is written 0xC2 and itself; alone it is no UTF-8 at all.
bool is_late_control(unsigned char c) { return c >= 0x80 && c < 0xa0; }
bool is_continuation(unsigned char c) { return (c & 0xc0) == 0x80; }

}  // namespace

void append_printable(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool inside = (before >= 0xc3 || is_continuation(before)) && is_continuation(byte);
    before = byte;
    if (is_control(byte) || (is_late_control(byte) && !inside)) {
      out.append("\\x").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
      before = 0;
    } else {
      out.push_back(c);
    }
  }
}

}  // namespace headgate::app
