// Whether JSON text that comes in pieces has come to its end.
#pragma once

#include <cstddef>
#include <string_view>

namespace headgate::dialects {

// Of an object or an array; what stands behind its end is not looked at. Value.
class JsonBalance {
 public:
  void add(std::string_view piece) {
    for (const char c : piece) add(c);
  }
  bool is_whole() const { return opened_ && depth_ == 0; }

 private:
  void add(char c) {
    if (in_string_) {
      if (escaped_)
        escaped_ = false;
      else if (c == '\\')
        escaped_ = true;
      else if (c == '"')
        in_string_ = false;
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == '{' || c == '[') {
      ++depth_;
      opened_ = true;
    } else if ((c == '}' || c == ']') && depth_ > 0) {
      --depth_;
    }
  }

  std::size_t depth_ = 0;
  bool opened_ = false, in_string_ = false, escaped_ = false;
};

}  // namespace headgate::dialects
