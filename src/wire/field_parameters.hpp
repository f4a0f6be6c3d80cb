// A header field's value with parameters: `form-data; name="file"; filename="a.mp3"` (RFC 9110 section 5.6.6).
#pragma once

#include <optional>
#include <string_view>

namespace headgate::wire {

// Value.
class FieldParameters {
 public:
  explicit FieldParameters(std::string_view value) : rest_(value) {}

  // What stands in front of the parameters: "form-data", "multipart/form-data". First.
  std::string_view head();

  struct Parameter {
    std::string_view name;
    std::string_view value;   // without its quotes
    bool is_escaped = false;  // a backslash stands in it
  };
  // Nothing: there are no more, or what follows is none; see sound().
  std::optional<Parameter> next();
  bool sound() const { return sound_; }

 private:
  void skip_space();
  std::string_view take_token();
  std::optional<Parameter> take_value(Parameter parameter);
  std::optional<Parameter> give_up();

  std::string_view rest_;
  bool sound_ = true;
};

bool is_token_char(char c);

}  // namespace headgate::wire
