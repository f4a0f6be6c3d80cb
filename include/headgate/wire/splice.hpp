// Changing a few bytes of a text without copying the rest.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace headgate::wire {

struct ByteRange {
  std::size_t at = 0;
  std::size_t size = 0;
  bool empty() const { return size == 0; }
  std::size_t end() const { return at + size; }
};

// Replaces `range` by `text`; an empty range inserts.
struct Edit {
  ByteRange range;
  std::string_view text;
};

// The edited text as views: of the original between the edits, of the edits in their places. Value.
class Spliced {
 public:
  static constexpr std::size_t max_edits = 6;
  static constexpr std::size_t max_pieces = 2 * max_edits + 1;

  explicit Spliced(std::string_view original) : original_(original) {}
  // At most max_edits, ranges disjoint, in any order.
  void add(Edit edit) {
    // Where an insertion meets a replacement, it goes in front.
    const auto behind = [&edit](const ByteRange& range) {
      return range.at > edit.range.at || (range.at == edit.range.at && edit.range.empty() && !range.empty());
    };
    auto place = edit_count_++;
    for (; place > 0 && behind(edits_[place - 1].range); --place) edits_[place] = edits_[place - 1];
    edits_[place] = edit;
  }

  // Fills `pieces` and returns how many there are.
  std::size_t pieces(std::array<std::string_view, max_pieces>& pieces) const {
    std::size_t count = 0, at = 0;
    const auto put = [&](std::string_view piece) {
      if (!piece.empty()) pieces[count++] = piece;
    };
    for (std::size_t i = 0; i < edit_count_; ++i) {
      put(original_.substr(at, edits_[i].range.at - at));
      put(edits_[i].text);
      at = edits_[i].range.end();
    }
    put(original_.substr(at));
    return count;
  }

  std::size_t size() const {
    std::size_t size = original_.size();
    for (std::size_t i = 0; i < edit_count_; ++i) size += edits_[i].text.size() - edits_[i].range.size;
    return size;
  }

 private:
  std::string_view original_;
  std::array<Edit, max_edits> edits_{};  // by position
  std::size_t edit_count_ = 0;
};

}  // namespace headgate::wire
