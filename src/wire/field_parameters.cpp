#include "field_parameters.hpp"

#include <algorithm>

namespace headgate::wire {

// RFC 9110 section 5.6.2.
bool is_token_char(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.find(c) != others.npos;
}

std::string_view FieldParameters::head() {
  const auto end = std::min(rest_.find(';'), rest_.size());
  auto head = rest_.substr(0, end);
  rest_.remove_prefix(end);
  while (!head.empty() && (head.front() == ' ' || head.front() == '\t')) head.remove_prefix(1);
  while (!head.empty() && (head.back() == ' ' || head.back() == '\t')) head.remove_suffix(1);
  return head;
}

std::optional<FieldParameters::Parameter> FieldParameters::next() {
  skip_space();
  if (rest_.empty() || !sound_) return std::nullopt;
  if (rest_.front() != ';') return give_up();
  rest_.remove_prefix(1);
  skip_space();
  const auto name = take_token();
  if (name.empty() || rest_.empty() || rest_.front() != '=') return give_up();
  rest_.remove_prefix(1);
  return take_value({name, {}});
}

void FieldParameters::skip_space() {
  while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\t')) rest_.remove_prefix(1);
}

std::string_view FieldParameters::take_token() {
  const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_token_char);
  const auto token = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
  rest_.remove_prefix(token.size());
  return token;
}

std::optional<FieldParameters::Parameter> FieldParameters::take_value(Parameter parameter) {
  if (rest_.empty() || rest_.front() != '"') {
    parameter.value = take_token();
    return parameter.value.empty() ? give_up() : parameter;
  }
  for (std::size_t at = 1; at < rest_.size(); ++at) {
    if (rest_[at] == '\\') {
      parameter.is_escaped = true;
      ++at;
    } else if (rest_[at] == '"') {
      parameter.value = rest_.substr(1, at - 1);
      rest_.remove_prefix(at + 1);
      return parameter;
    }
  }
  return give_up();
}

std::optional<FieldParameters::Parameter> FieldParameters::give_up() {
  sound_ = false;
  return std::nullopt;
}

}  // namespace headgate::wire
