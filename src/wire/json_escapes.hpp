// The escapes of a document's strings: found and judged without copying, undone where asked for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headgate::wire {

// Goes through a text once, from backslash to backslash, while its strings are asked for in order. The
// text is followed by json_padding readable bytes.
class Escapes {
 public:
  enum Verdict { none, right, wrong };

  explicit Escapes(std::string_view text);

  // Of the string between `at` and `end`. A lone surrogate is no character: wrong where that is strict. Some servers
  // cut a pair in two between the pieces of a stream.
  Verdict check(std::size_t at, std::size_t end, bool strict);

 private:
  // Length of the escape by number at `at`, 0 when it is none.
  std::size_t long_length_at(std::size_t at, std::size_t end, bool strict) const;

  std::string_view text_;
  std::size_t next_;  // the backslash not yet looked at
};

// `inside` is what stands between the quotes of a string that was judged right, or a part of it: an
// escape that was cut is left out. A lone surrogate becomes U+FFFD.
void append_unescaped(std::string& out, std::string_view inside);

}  // namespace headgate::wire
