// Reads one HTTP answer, whatever pieces it comes in.
#pragma once

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <string_view>

namespace bench {

class Answer {
 public:
  void feed(std::string_view bytes);
  bool ok() const { return status_ == "200"; }
  bool done() const { return done_; }
  bool closes() const { return closes_; }
  bool streams() const { return events_ > 0; }
  bool begun() const { return done_ || (has_head_ && (!chunked_ || events_ > 0)); }
  size_t events() const { return events_; }

 private:
  void read_head(std::string head);
  void feed_chunked(std::string_view bytes);

  std::string seen_;  // the head so far; in a chunked body the last bytes of the previous piece
  std::string status_;
  bool has_head_ = false;
  bool chunked_ = false;
  bool closes_ = false;
  bool done_ = false;
  size_t left_ = 0;
  size_t events_ = 0;
};

inline void Answer::read_head(std::string head) {
  std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return tolower(c); });
  status_ = head.substr(std::min<size_t>(9, head.size()), 3);
  closes_ = head.find("\r\nconnection: close") != head.npos;
  const size_t length = head.find("\r\ncontent-length:");
  chunked_ = length == head.npos;
  if (!chunked_) left_ = std::strtoul(head.c_str() + length + 17, nullptr, 10);
  has_head_ = true;
}

inline void Answer::feed(std::string_view bytes) {
  std::string rest;
  if (!has_head_) {
    seen_ += bytes;
    const size_t end = seen_.find("\r\n\r\n");
    if (end == seen_.npos) return;
    read_head(seen_.substr(0, end));
    rest = seen_.substr(end + 4);
    bytes = rest;
    seen_.clear();
  }
  if (chunked_) return feed_chunked(bytes);
  left_ -= std::min(left_, bytes.size());
  done_ = left_ == 0;
}

// The answers of this benchmark hold no "0\r\n\r\n" of their own, so chunk sizes need no decoding.
inline void Answer::feed_chunked(std::string_view bytes) {
  constexpr std::string_view event = "data: ", last = "0\r\n\r\n";
  const size_t old = seen_.size();
  seen_ += bytes;
  for (size_t at = 0; (at = seen_.find(event, at)) != seen_.npos; at += event.size())
    if (at + event.size() > old) ++events_;
  done_ = seen_.ends_with(last);
  seen_.erase(0, seen_.size() - std::min(seen_.size(), event.size() - 1));
}

}  // namespace bench
