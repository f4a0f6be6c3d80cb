#include "headgate/core/secret.hpp"

#include <cstring>

namespace headgate::core {

void Secret::wipe() noexcept {
  if (!text_.empty()) explicit_bzero(text_.data(), text_.size());
  text_.clear();
}

bool Secret::equals(std::string_view text) const {
  if (text.size() != text_.size()) return false;
  int difference = 0;
  for (std::size_t i = 0; i < text.size(); ++i) difference |= text[i] ^ text_[i];
  return difference == 0;
}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

}  // namespace headgate::core
