// HTTP/1.1 as plain values, and the strictness that stands in front of every parser.
// Views point into the buffer that holds the head; they live as long as it does.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace headgate::wire {

inline constexpr std::size_t max_fields = 100;       // header lines in one head
inline constexpr std::size_t max_target = 8 * 1024;  // bytes of a request target

// The fields somebody in the house reads. All others are counted, checked and passed over.
enum class Field : std::uint8_t {
  host,
  origin,
  sec_fetch_site,
  authorization,
  x_api_key,
  x_goog_api_key,
  content_length,
  transfer_encoding,
  content_type,
  content_encoding,
  connection,
  expect,
  retry_after,
  retry_after_ms,
  x_should_retry,
  request_id,
  x_request_id,
  traceparent,
  tracestate,
  x_headgate_dry_run,
  x_headgate_max_cost,
  x_headgate_deadline_ms,
  x_headgate_tags,
  x_ratelimit_limit_requests,
  x_ratelimit_limit_tokens,
  x_ratelimit_remaining_requests,
  x_ratelimit_remaining_tokens,
  x_ratelimit_reset_requests,
  x_ratelimit_reset_tokens,
  other,
};
inline constexpr std::size_t known_fields = static_cast<std::size_t>(Field::other);

std::string_view name_of(Field field);     // lower case
Field field_named(std::string_view name);  // case-insensitive

// Field values by name; an absent field is an empty view.
class Fields {
 public:
  std::string_view operator[](Field field) const { return values_[static_cast<std::size_t>(field)]; }
  void set(Field field, std::string_view value) {
    if (field != Field::other) values_[static_cast<std::size_t>(field)] = value;
  }
  // Puts what `change` makes of a value in its place; fields that are absent stay so.
  template <typename Change>
  void transform(Change change) {
    for (auto& value : values_)
      if (!value.empty()) value = change(value);
  }

 private:
  std::array<std::string_view, known_fields> values_{};
};

enum class Method : std::uint8_t { get, head, post, put, patch, del, options, trace, connect, other };
Method method_named(std::string_view name);  // case-sensitive, RFC 9110 section 9.1

struct RequestHead {
  Method method = Method::other;
  std::string_view target;  // as sent
  unsigned minor_version = 1;
  Fields fields;
  bool keep_alive = true;
  bool chunked = false;
  bool has_length = false;
  std::uint64_t length = 0;  // of the body, when has_length
};

struct ResponseHead {
  int status = 0;
  unsigned minor_version = 1;
  Fields fields;
  bool keep_alive = true;
  bool chunked = false;
  bool has_length = false;
  std::uint64_t length = 0;
};

// Path of a target in origin or absolute form, without query; empty when it is neither.
std::string_view path_of(std::string_view target);

// Both take a whole head, its final blank line included, and return why it is refused, or an empty
// view. They judge raw bytes, because parsers repair, merge or ignore what two of them could read
// differently (RFC 9112 sections 2.2, 5 and 6.3). What a sound head says is left in `read`.
std::string_view fault_in_request_head(std::string_view head, RequestHead& read);
std::string_view fault_in_response_head(std::string_view head, ResponseHead& read);
inline std::string_view fault_in_request_head(std::string_view head) {
  RequestHead unread;
  return fault_in_request_head(head, unread);
}
inline std::string_view fault_in_response_head(std::string_view head) {
  ResponseHead unread;
  return fault_in_response_head(head, unread);
}
// Why the beginning of a request head can never become a sound one, or an empty view. `judged` remembers
// how far earlier calls have looked.
std::string_view fault_in_unfinished_head(std::string_view bytes, std::size_t& judged);
inline constexpr std::string_view too_many_fields = "too many header fields";

// The value of a field in a head that was judged sound; the first of several. `name` is lower case.
std::optional<std::string_view> find_field(std::string_view head, std::string_view name);

// A value that may stand in a header we write: no control bytes.
bool is_field_value(std::string_view value);
bool equal_ignoring_case(std::string_view a, std::string_view b);
// Whether a comma-separated list such as Connection holds the token.
bool list_has_token(std::string_view list, std::string_view token);

}  // namespace headgate::wire
