// Changes to a text of JSON, gathered and then made at once.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/wire/splice.hpp"

namespace headgate::wire {

// Ranges are disjoint, in any order. Value.
class Edits {
 public:
  void replace(ByteRange range, std::string text) { edits_.push_back({range, std::move(text)}); }
  void insert(std::size_t at, std::string text) { replace({at, 0}, std::move(text)); }
  void remove(std::size_t at, std::size_t end) { replace({at, end - at}, {}); }
  bool empty() const { return edits_.empty(); }
  std::string applied(std::string_view text);

 private:
  struct OwnEdit {
    ByteRange range;
    std::string text;
  };
  std::vector<OwnEdit> edits_;
};

// The members of an object or the items of an array, told one after the other; those that go take
// the right commas along. Value.
class Row {
 public:
  // `inside` is the place behind the opening bracket.
  Row(Edits& edits, std::size_t inside) : edits_(edits), kept_end_(inside) {}

  void keep(ByteRange element) {
    if (gone_at_) edits_.remove(*gone_at_, element.at);
    gone_at_.reset();
    kept_end_ = element.end();
  }
  void drop(ByteRange element) {
    if (!gone_at_) gone_at_ = element.at;
    gone_end_ = element.end();
  }
  // Behind the last one.
  void close() {
    if (gone_at_) edits_.remove(kept_end_, gone_end_);
  }

 private:
  Edits& edits_;
  std::size_t kept_end_;
  std::optional<std::size_t> gone_at_;
  std::size_t gone_end_ = 0;
};

}  // namespace headgate::wire
