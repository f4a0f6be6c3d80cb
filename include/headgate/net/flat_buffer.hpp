// One growing run of bytes, read into at its end and consumed at its front, with padding behind the
// last byte so that simdjson may read over it.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace headgate::net {

// Value, move-only. Views into it die when it grows, is consumed to the end, or is released.
class FlatBuffer {
 public:
  static constexpr std::size_t padding = 64;

  std::string_view view() const { return {storage_.get() + begin_, end_ - begin_}; }
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::size_t capacity() const { return capacity_; }

  // Room for at least `size` more bytes behind the last; returns where to put them.
  char* prepare(std::size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return storage_.get() + end_;
  }
  std::size_t room() const { return capacity_ - end_; }
  void commit(std::size_t size) { end_ += size; }
  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(prepare(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
  }
  void consume(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }
  void clear() { begin_ = end_ = 0; }
  // Gives the memory back when empty and larger than `keep`.
  void release(std::size_t keep) {
    if (!empty() || capacity_ <= keep) return;
    storage_.reset();
    capacity_ = begin_ = end_ = 0;
  }

 private:
  void make_room(std::size_t size) {
    const std::size_t held = end_ - begin_;
    if (capacity_ - held >= size && begin_ >= held) {
      std::memcpy(storage_.get(), storage_.get() + begin_, held);
    } else {
      const std::size_t capacity = held + size <= 2 * capacity_ ? 2 * capacity_ : held + size;
      auto storage = std::make_unique_for_overwrite<char[]>(capacity + padding);
      if (held != 0) std::memcpy(storage.get(), storage_.get() + begin_, held);
      storage_ = std::move(storage);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = held;
  }

  std::unique_ptr<char[]> storage_;
  std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

}  // namespace headgate::net
