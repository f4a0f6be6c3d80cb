// Memory of coroutine frames, kept by size for the next frame. One a thread, because an allocator is
// reached from where no parameter can go; bounded, and given back when the thread ends.
#pragma once

#include <array>
#include <cstddef>
#include <new>

namespace headgate::net {

// Thread-confined: a frame is freed on the worker that made it.
class FramePool {
 public:
  static FramePool& of_this_thread() {
    thread_local FramePool pool;
    return pool;
  }
  FramePool() = default;
  FramePool(const FramePool&) = delete;
  FramePool& operator=(const FramePool&) = delete;
  ~FramePool() {
    for (auto& shelf : shelves_)
      while (shelf.first != nullptr) ::operator delete(pop(shelf));
  }

  void* take(std::size_t size) {
    const auto index = (size - 1) / step;
    if (index >= shelves || shelves_[index].first == nullptr)
      return ::operator new(index < shelves ? (index + 1) * step : size);
    return pop(shelves_[index]);
  }
  void give_back(void* frame, std::size_t size) {
    const auto index = (size - 1) / step;
    if (index >= shelves || shelves_[index].count >= kept) return ::operator delete(frame);
    auto& shelf = shelves_[index];
    shelf.first = ::new (frame) Free{shelf.first};
    ++shelf.count;
  }

 private:
  static constexpr std::size_t step = 64;     // bytes
  static constexpr std::size_t shelves = 64;  // frames up to 4 KiB
  static constexpr std::size_t kept = 32;     // of each size

  struct Free {
    Free* next;
  };
  struct Shelf {
    Free* first = nullptr;
    std::size_t count = 0;
  };
  static void* pop(Shelf& shelf) {
    --shelf.count;
    auto* const frame = shelf.first;
    shelf.first = frame->next;
    return frame;
  }
  std::array<Shelf, shelves> shelves_{};
};

}  // namespace headgate::net
