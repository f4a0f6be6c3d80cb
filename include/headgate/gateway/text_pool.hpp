// Memory for the header lines of a request, used again by the next one.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace headgate::gateway {

// Bounded. Worker-confined; outlives what is borrowed from it.
class TextPool {
 public:
  class Borrowed {
   public:
    explicit Borrowed(TextPool& pool) : pool_(pool) {
      if (pool_.free_.empty()) return;
      text_ = std::move(pool_.free_.back());
      pool_.free_.pop_back();
    }
    ~Borrowed() {
      if (pool_.free_.size() == kept || text_.capacity() > largest) return;
      text_.clear();
      pool_.free_.push_back(std::move(text_));
    }
    Borrowed(const Borrowed&) = delete;
    Borrowed& operator=(const Borrowed&) = delete;
    std::string& operator*() { return text_; }
    std::string* operator->() { return &text_; }

   private:
    TextPool& pool_;
    std::string text_;
  };

 private:
  static constexpr std::size_t kept = 32, largest = 4096;
  std::vector<std::string> free_;
};

}  // namespace headgate::gateway
