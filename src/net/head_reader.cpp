#include "headgate/net/head_reader.hpp"

#include "headgate/net/head_parser.hpp"

namespace headgate::net {
namespace {

using wire::Field;

constexpr std::size_t worth_remembering = 4096;
constexpr std::size_t most_digits = 18;  // as wire/http.hpp takes them

std::size_t leading_digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
  return count;
}

}  // namespace

std::optional<HeadReader::Digits> HeadReader::repeats(std::string_view bytes) const {
  const std::string_view last(last_), rest = last.substr(digits_.at + digits_.size);
  if (last.empty() || bytes.size() < digits_.at + rest.size()) return std::nullopt;
  if (bytes.substr(0, digits_.at) != last.substr(0, digits_.at)) return std::nullopt;
  bytes.remove_prefix(digits_.at);
  const auto size = digits_.size == 0 ? 0 : leading_digits(bytes.substr(0, most_digits + 1));
  if ((size == 0) != (digits_.size == 0) || size > most_digits) return std::nullopt;
  if (bytes.substr(size, rest.size()) != rest) return std::nullopt;
  return Digits{digits_.at, size};
}

std::size_t HeadReader::find_end(std::string_view bytes, std::size_t& scanned) const {
  if (scanned == 0)
    if (const auto digits = repeats(bytes)) return last_.size() - digits_.size + digits->size;
  return find_head_end(bytes, scanned);
}

core::Result<void> HeadReader::read(std::string_view head, wire::RequestHead& into) {
  if (const auto digits = repeats(head); digits && head.size() == last_.size() - digits_.size + digits->size) {
    read_again(head, *digits, into);
    return {};
  }
  auto judged = parse_request_head(head);
  if (!judged) return std::move(judged).error();
  into = *judged;
  remember(head, into);
  return {};
}

void HeadReader::read_again(std::string_view head, Digits digits, wire::RequestHead& into) const {
  const auto in_head = [&](std::string_view view) {
    const auto at = static_cast<std::size_t>(view.data() - last_.data());
    return at > digits_.at ? head.substr(at - digits_.size + digits.size, view.size()) : head.substr(at, view.size());
  };
  into = as_read_;
  into.target = in_head(into.target);
  into.fields.transform(in_head);
  if (digits.size == 0) return;
  const auto length = head.substr(digits.at, digits.size);
  into.fields.set(Field::content_length, length);
  into.length = 0;
  for (const char digit : length) into.length = into.length * 10 + static_cast<unsigned>(digit - '0');
}

void HeadReader::remember(std::string_view head, const wire::RequestHead& read) {
  if (head.size() > worth_remembering) return;
  last_ = head;
  as_read_ = read;
  const auto in_last = [&](std::string_view view) {
    return std::string_view(last_).substr(static_cast<std::size_t>(view.data() - head.data()), view.size());
  };
  as_read_.target = in_last(read.target);
  as_read_.fields.transform(in_last);
  const auto length = as_read_.fields[Field::content_length];
  digits_ = {};
  if (!length.empty()) digits_ = {static_cast<std::size_t>(length.data() - last_.data()), length.size()};
}

}  // namespace headgate::net
