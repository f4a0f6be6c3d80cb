// The judgement of raw heads. One pass, table-driven, no allocation.
#include <algorithm>
#include <cstring>

#include "headgate/wire/http.hpp"

namespace headgate::wire {
namespace {

enum : std::uint8_t { token_char = 1, target_char = 2, value_char = 4, host_char = 8 };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto in = [c](std::string_view set) { return c < 128 && set.find(static_cast<char>(c)) != set.npos; };
    if (alnum || in("!#$%&'*+-.^_`|~")) classes[c] |= token_char;                // RFC 9110 5.6.2
    if (c > 0x20 && c < 0x7f && !in("\"<>\\^`{|}#")) classes[c] |= target_char;  // RFC 3986, no fragment
    if (c == '\t' || (c >= 0x20 && c != 0x7f)) classes[c] |= value_char;         // RFC 9110 5.5 with obs-text
    if (alnum || in("-._~%!$&'()*+,;=:[]")) classes[c] |= host_char;             // RFC 3986 3.2.2 and port
  }
  return classes;
}
constexpr auto classes = make_classes();

bool all_of_class(std::string_view text, std::uint8_t wanted) {
  return std::all_of(text.begin(), text.end(),
                     [wanted](char c) { return (classes[static_cast<unsigned char>(c)] & wanted) != 0; });
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// An IPv6 address in its brackets, judged by its characters.
bool is_ip_literal(std::string_view text) {
  if (text.size() < 4 || text.back() != ']') return false;
  const auto address = text.substr(1, text.size() - 2);
  return address.find(':') != address.npos && address.find_first_not_of("0123456789abcdefABCDEF:.") == address.npos;
}

bool is_port(std::string_view text) {
  unsigned port = 0;
  for (const char digit : text) port = port * 10 + static_cast<unsigned>(digit - '0');
  return port <= 65'535;
}

bool is_host(std::string_view value) {
  if (value.empty() || !all_of_class(value, host_char)) return false;
  if (value.front() == '[' && !is_ip_literal(value.substr(0, value.find(']') + 1))) return false;
  const auto bracket = value.find(']');
  const auto colon = value.find(':', bracket == value.npos ? 0 : bracket);
  if (value.rfind('[') != (bracket == value.npos ? value.npos : 0)) return false;
  if (colon == 0) return false;
  if (bracket != value.npos && bracket + 1 != value.size() && colon != bracket + 1) return false;
  return colon == value.npos || colon + 1 == value.size() ||
         (all_digits(value.substr(colon + 1)) && value.size() - colon <= 6 && is_port(value.substr(colon + 1)));
}

// What the fields of one head say about its framing and identity.
struct Seen {
  unsigned fields = 0;
  unsigned hosts = 0, authorizations = 0, api_keys = 0, lengths = 0, encodings = 0, codings = 0;
  bool says_close = false, says_keep_alive = false;  // any of the Connection lines
};

std::string_view judge_field(Seen& seen, Field field, std::string_view value) {
  switch (field) {
    case Field::host:
      if (++seen.hosts > 1) return "more than one Host header";
      return is_host(value) ? "" : "malformed Host header";
    case Field::authorization: return ++seen.authorizations > 1 ? "more than one Authorization header" : "";
    case Field::x_api_key: return ++seen.api_keys > 1 ? "more than one x-api-key header" : "";
    case Field::x_goog_api_key: return ++seen.api_keys > 1 ? "more than one header with an API key" : "";
    case Field::content_length:
      if (++seen.lengths > 1) return "more than one Content-Length header";
      // 18 digits stay below 2^63.
      return all_digits(value) && value.size() <= 18 ? "" : "malformed Content-Length header";
    case Field::transfer_encoding:
      if (++seen.encodings > 1) return "more than one Transfer-Encoding header";
      return equal_ignoring_case(value, "chunked") ? "" : "unsupported Transfer-Encoding";
    case Field::content_encoding: return ++seen.codings > 1 ? "more than one Content-Encoding header" : "";
    case Field::connection:
      seen.says_close = seen.says_close || list_has_token(value, "close");
      seen.says_keep_alive = seen.says_keep_alive || list_has_token(value, "keep-alive");
      return "";
    default: return "";
  }
}

// Takes one line off `rest`. False when it does not end in CRLF or holds a stray CR or LF.
bool take_line(std::string_view& rest, std::string_view& line) {
  const void* found = std::memchr(rest.data(), '\n', rest.size());
  if (found == nullptr) return false;
  const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - rest.data());
  if (end == 0 || rest[end - 1] != '\r') return false;
  line = rest.substr(0, end - 1);
  rest.remove_prefix(end + 1);
  return true;
}

std::string_view judge_fields(std::string_view rest, Seen& seen, Fields& fields) {
  for (std::string_view line;;) {
    if (!take_line(rest, line)) return "header lines must end in CRLF";
    if (line.empty()) return rest.empty() ? "" : "bytes after the header block";
    if (line.front() == ' ' || line.front() == '\t') return "folded header line";
    if (++seen.fields > max_fields) return too_many_fields;
    const auto colon = line.find(':');
    if (colon == line.npos || colon == 0) return "header line without a name";
    const auto name = line.substr(0, colon);
    auto value = line.substr(colon + 1);
    if (!all_of_class(name, token_char)) return "illegal character in a header name";
    if (!all_of_class(value, value_char)) return "control character in a header value";
    while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == ' ' || value.back() == '\t')) value.remove_suffix(1);
    const auto field = field_named(name);
    if (field == Field::other) continue;
    const auto fault = judge_field(seen, field, value);
    if (!fault.empty()) return fault;
    fields.set(field, value);
  }
}

bool is_version(std::string_view text) { return text == "HTTP/1.1" || text == "HTTP/1.0"; }

std::string_view judge_request_line(std::string_view line, RequestHead& head) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == line.npos || first == last || first == 0) return "malformed request line";
  const auto method = line.substr(0, first);
  head.target = line.substr(first + 1, last - first - 1);
  if (!all_of_class(method, token_char)) return "malformed method";
  if (head.target.empty() || !all_of_class(head.target, target_char)) return "illegal character in the request target";
  if (!is_version(line.substr(last + 1))) return "only HTTP/1.1 and HTTP/1.0 are spoken here";
  head.method = method_named(method);
  head.minor_version = line.back() == '1' ? 1 : 0;
  return "";
}

std::string_view judge_status_line(std::string_view line, ResponseHead& head) {
  if (line.size() < 12 || !is_version(line.substr(0, 8)) || line[8] != ' ') return "malformed status line";
  const auto digits = line.substr(9, 3);
  if (!all_digits(digits) || digits[0] == '0') return "malformed status code";
  if (line.size() > 12 && line[12] != ' ') return "malformed status line";
  if (!all_of_class(line.substr(12), value_char)) return "control character in the status line";
  head.status = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  head.minor_version = line[7] == '1' ? 1 : 0;
  return "";
}

template <typename Head>
std::string_view judge_framing(const Seen& seen, Head& head) {
  if (seen.encodings > 0 && seen.lengths > 0) return "both Content-Length and Transfer-Encoding";
  if (seen.encodings > 0 && head.minor_version != 1) return "Transfer-Encoding in HTTP/1.0";
  head.keep_alive = !seen.says_close && (head.minor_version == 1 || seen.says_keep_alive);
  head.chunked = seen.encodings > 0;
  head.has_length = seen.lengths > 0;
  for (const char digit : head.fields[Field::content_length])
    head.length = head.length * 10 + static_cast<unsigned>(digit - '0');
  return "";
}

}  // namespace

std::string_view fault_in_request_head(std::string_view bytes, RequestHead& head) {
  std::string_view line;
  if (!take_line(bytes, line)) return "the request line must end in CRLF";
  if (const auto fault = judge_request_line(line, head); !fault.empty()) return fault;
  Seen seen;
  if (const auto fault = judge_fields(bytes, seen, head.fields); !fault.empty()) return fault;
  if (head.minor_version == 1 && seen.hosts == 0) return "missing Host header";
  return judge_framing(seen, head);
}

std::string_view fault_in_unfinished_head(std::string_view bytes, std::size_t& judged) {
  // A CR at the end is judged by what follows it.
  const std::size_t from = judged, to = bytes.ends_with('\r') ? bytes.size() - 1 : bytes.size();
  judged = to;
  const auto first_end = bytes.find('\n');
  for (std::size_t i = from; i < to; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const bool ends_line = byte == '\n' || (byte == '\r' && bytes[i + 1] == '\n');
    if (byte == '\n' && (i == 0 || bytes[i - 1] != '\r')) return "lines must end in CRLF";
    if (!ends_line && (classes[byte] & value_char) == 0) return "control character in the header block";
    if (!ends_line && i < first_end && byte != ' ' && (classes[byte] & (target_char | token_char)) == 0)
      return "malformed request line";
  }
  if (first_end < from || first_end >= to) return "";
  RequestHead line;
  return judge_request_line(bytes.substr(0, first_end - 1), line);
}

std::string_view fault_in_response_head(std::string_view bytes, ResponseHead& head) {
  std::string_view line;
  if (!take_line(bytes, line)) return "the status line must end in CRLF";
  if (const auto fault = judge_status_line(line, head); !fault.empty()) return fault;
  Seen seen;
  if (const auto fault = judge_fields(bytes, seen, head.fields); !fault.empty()) return fault;
  return judge_framing(seen, head);
}

}  // namespace headgate::wire
