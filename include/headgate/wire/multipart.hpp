// Forms with files (RFC 7578, RFC 2046 section 5.1): where each part stands, without a copy. What two readers could
// understand differently is refused, because the provider reads the same bytes again.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "headgate/core/result.hpp"
#include "headgate/wire/splice.hpp"

namespace headgate::wire {

inline constexpr std::size_t max_form_parts = 128;
inline constexpr std::size_t max_form_part_head = 4096;  // bytes

// Borrows from the body.
struct FormPart {
  std::string_view name;
  ByteRange value;
  bool is_file = false;     // it has a file name
  bool is_encoded = false;  // its bytes stand for others: a Content-Transfer-Encoding
  std::size_t head_at = 0;  // behind its delimiter
};

// Whether a request says of its body that it is one.
bool is_form(std::string_view content_type);

// `content_type` is that of the request. Errors: unsupported_media_type where it is no form, invalid_request.
core::Result<std::vector<FormPart>> read_form(std::string_view content_type, std::string_view body);

}  // namespace headgate::wire
