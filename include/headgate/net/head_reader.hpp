// The request heads of one connection, one after the other.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "headgate/core/result.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::net {

// A client mostly sends the same head again, but for the length of the body. Such a head is compared with the last
// one that was judged sound, and not judged again. Worker-confined.
class HeadReader {
 public:
  // Length of the head at the front of `bytes`; 0 when it is not there yet. As net::find_head_end.
  std::size_t find_end(std::string_view bytes, std::size_t& scanned) const;

  // Reads a whole head; views point into it. Errors as of net::parse_request_head; `into` is unchanged then.
  core::Result<void> read(std::string_view head, wire::RequestHead& into);

 private:
  // Where the length of the body stands in a head; nowhere: both are 0.
  struct Digits {
    std::size_t at = 0, size = 0;
  };

  // The digits in the head at the front of `bytes` when in all else it is the last one.
  std::optional<Digits> repeats(std::string_view bytes) const;
  void read_again(std::string_view head, Digits digits, wire::RequestHead& into) const;
  void remember(std::string_view head, const wire::RequestHead& read);

  std::string last_;           // the last sound head; empty: there is none, or it is not worth its memory
  wire::RequestHead as_read_;  // what it says; views point into last_
  Digits digits_;              // of last_
};

}  // namespace headgate::net
