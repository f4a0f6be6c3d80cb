// Transfer-Encoding: chunked, read strictly (RFC 9112 section 7.1). Trailers are checked and thrown
// away: nothing that arrives after the body may say who the caller is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headgate::wire {

// A machine without I/O, fed by any split. Value.
class ChunkedDecoder {
 public:
  enum class Status : std::uint8_t {
    need_more,  // all input is consumed
    payload,    // `payload` is a piece of the body
    done,       // the body and its trailers have ended; what follows belongs to the next message
    malformed,
  };
  struct Step {
    Status status;
    std::size_t consumed;      // bytes of the input that need not be shown again
    std::string_view payload;  // inside the input
  };

  Step step(std::string_view input);

 private:
  enum class State : std::uint8_t {
    size_start,
    size,
    extension,
    size_lf,
    payload,
    payload_cr,
    payload_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    end_lf,
    done,
    malformed,
  };
  bool take(char c);

  // Extensions and trailers together: nobody needs more, and Beast of Boost 1.81 has no cap.
  static constexpr std::size_t max_overhead = 4096;

  State state_ = State::size_start;
  unsigned digits_ = 0;
  std::uint64_t left_ = 0;
  std::size_t overhead_ = 0;
};

}  // namespace headgate::wire
