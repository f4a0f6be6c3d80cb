#include "headgate/wire/multipart.hpp"

#include <string.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "field_parameters.hpp"
#include "headgate/wire/http.hpp"

namespace headgate::wire {
namespace {

using core::Code;
using core::Error;
using core::Result;

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t longest_boundary = 70;

Error malformed(std::string_view what) {
  return Error(Code::invalid_request, "The form is malformed: " + std::string(what) + ".");
}

// RFC 2046 section 5.1.1.
bool is_boundary_char(char c) {
  constexpr std::string_view others = "'()+_,-./:=? ";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.find(c) != others.npos;
}

bool is_boundary(std::string_view boundary) {
  return !boundary.empty() && boundary.size() <= longest_boundary && boundary.back() != ' ' &&
         std::all_of(boundary.begin(), boundary.end(), is_boundary_char);
}

Result<std::string_view> boundary_of(std::string_view content_type) {
  FieldParameters parameters(content_type);
  std::optional<std::string_view> boundary;
  (void)parameters.head();
  while (const auto one = parameters.next()) {
    if (!equal_ignoring_case(one->name, "boundary")) continue;
    if (boundary || one->is_escaped || !is_boundary(one->value)) return malformed("its boundary is none");
    boundary = one->value;
  }
  if (!parameters.sound()) return malformed("its content-type cannot be read");
  if (!boundary) return malformed("its content-type names no boundary");
  return *boundary;
}

// What the head of a part says, line by line.
class PartHead {
 public:
  // Why it is refused; empty: it is not.
  std::string_view read(std::string_view head, FormPart& part) {
    while (!head.empty()) {
      const auto end = std::min(head.find(line_end), head.size());
      if (const auto fault = read_line(head.substr(0, end), part); !fault.empty()) return fault;
      head.remove_prefix(std::min(end + line_end.size(), head.size()));
    }
    return disposed_ ? std::string_view() : "a part has no Content-Disposition";
  }

 private:
  std::string_view read_line(std::string_view line, FormPart& part) {
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0 || !is_field_value(line)) return "a line in the head of a part is no header";
    const auto name = line.substr(0, colon);
    if (!std::all_of(name.begin(), name.end(), is_token_char)) return "a line in the head of a part is no header";
    const auto value = line.substr(colon + 1);
    if (equal_ignoring_case(name, "content-disposition")) return read_disposition(value, part);
    if (equal_ignoring_case(name, "content-transfer-encoding")) part.is_encoded = !is_plain(value);
    return {};
  }

  static bool is_plain(std::string_view encoding) {
    FieldParameters value(encoding);
    const auto name = value.head();
    return equal_ignoring_case(name, "binary") || equal_ignoring_case(name, "8bit") ||
           equal_ignoring_case(name, "7bit");
  }

  std::string_view read_disposition(std::string_view value, FormPart& part) {
    FieldParameters parameters(value);
    if (std::exchange(disposed_, true)) return "a part has two Content-Dispositions";
    if (!equal_ignoring_case(parameters.head(), "form-data")) return "a part is not of form-data";
    bool named = false;
    while (const auto one = parameters.next()) {
      if (equal_ignoring_case(one->name, "name*")) return "the name of a part is encoded";
      if (equal_ignoring_case(one->name, "filename") || equal_ignoring_case(one->name, "filename*"))
        part.is_file = true;
      if (!equal_ignoring_case(one->name, "name")) continue;
      if (std::exchange(named, true)) return "a part has two names";
      if (one->is_escaped) return "the name of a part holds a backslash";
      part.name = one->value;
    }
    if (!parameters.sound()) return "a Content-Disposition cannot be read";
    return named ? std::string_view() : "a part has no name";
  }

  bool disposed_ = false;
};

class Form {
 public:
  Form(std::string_view boundary, std::string_view body) : delimiter_("--" + std::string(boundary)), body_(body) {}

  Result<std::vector<FormPart>> read() {
    if (!body_.starts_with(delimiter_)) return malformed("it does not begin with its boundary");
    std::size_t at = delimiter_.size();
    while (!closes(at)) {
      if (parts_.size() == max_form_parts)
        return malformed("it has more than " + std::to_string(max_form_parts) + " parts");
      const auto next = read_part(at);
      if (!next) return next.error();
      at = *next;
    }
    const auto epilogue = body_.substr(at + 2);
    if (!epilogue.empty() && epilogue != line_end) return malformed("something stands behind its end");
    if (parts_.empty()) return malformed("it has no parts");
    return std::move(parts_);
  }

 private:
  bool closes(std::size_t at) const { return body_.substr(at, 2) == "--"; }

  // `at` is behind a delimiter; what is returned is behind the next one.
  Result<std::size_t> read_part(std::size_t at) {
    if (body_.substr(at, 2) != line_end) return malformed("something stands behind a boundary, or it is cut short");
    FormPart part;
    part.head_at = at + line_end.size();
    const auto room = body_.substr(part.head_at, max_form_part_head + head_end.size());
    const auto head_size = room.find(head_end);
    if (head_size == room.npos) return malformed("the head of a part does not end, or is too long");
    if (const auto fault = PartHead().read(room.substr(0, head_size), part); !fault.empty()) return malformed(fault);
    part.value.at = part.head_at + head_size + head_end.size();
    const auto delimiter = next_delimiter(part.value.at);
    if (!delimiter) return delimiter.error();
    part.value.size = *delimiter - line_end.size() - part.value.at;
    parts_.push_back(part);
    return *delimiter + delimiter_.size();
  }

  // At the beginning of a line. Bodies are hostile: the search takes linear time. The same bytes inside of one are the
  // part's own; behind half a line end they could be taken for either.
  Result<std::size_t> next_delimiter(std::size_t from) const {
    for (auto at = from;; ++at) {
      const auto* const found = ::memmem(body_.data() + at, body_.size() - at, delimiter_.data(), delimiter_.size());
      if (found == nullptr) return malformed("it is cut short");
      at = static_cast<std::size_t>(static_cast<const char*>(found) - body_.data());
      if (at >= from + line_end.size() && body_.substr(at - line_end.size(), line_end.size()) == line_end) return at;
      if (body_[at - 1] == '\n' || body_[at - 1] == '\r') return malformed("a line of a part begins like its boundary");
    }
  }

  std::string delimiter_;
  std::string_view body_;
  std::vector<FormPart> parts_;
};

}  // namespace

bool is_form(std::string_view content_type) {
  return equal_ignoring_case(FieldParameters(content_type).head(), "multipart/form-data");
}

Result<std::vector<FormPart>> read_form(std::string_view content_type, std::string_view body) {
  if (!is_form(content_type))
    return Error(Code::unsupported_media_type, "The body must be a form: content-type multipart/form-data.");
  const auto boundary = boundary_of(content_type);
  if (!boundary) return boundary.error();
  return Form(*boundary, body).read();
}

}  // namespace headgate::wire
