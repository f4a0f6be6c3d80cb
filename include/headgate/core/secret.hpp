// A credential. It cannot be printed, formatted, compared or copied by accident; whoever needs the
// bytes says reveal(), which is what a reviewer greps for.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace headgate::core {

// Value; wiped when it dies.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&);
  Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  bool empty() const { return text_.empty(); }
  std::string_view reveal() const { return text_; }
  // In a time that does not depend on where the two differ.
  bool equals(std::string_view text) const;

  bool operator==(const Secret&) const = delete;

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace headgate::core
