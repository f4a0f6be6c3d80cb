// What the fuzzer gave, in the forms the targets read.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

namespace headgate::test {

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// A copy with exactly so many readable bytes behind it as its reader was promised.
class Padded {
 public:
  Padded(std::string_view text, std::size_t padding)
      : size_(text.size()), bytes_(std::make_unique<char[]>(text.size() + padding)) {
    if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
  }
  std::string_view text() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

inline bool lies_within(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// A broken promise is a finding.
inline void require(bool promise) {
  if (!promise) __builtin_trap();
}

}  // namespace headgate::test
