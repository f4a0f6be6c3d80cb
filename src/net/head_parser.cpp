#include "headgate/net/head_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>

namespace headgate::net {
namespace {

namespace http = boost::beast::http;
using core::Code;
using core::Error;
using core::Result;
using wire::Field;

void read_framing(auto& head) {
  const auto connection = head.fields[Field::connection];
  head.keep_alive = head.minor_version == 1 ? !wire::list_has_token(connection, "close")
                                            : wire::list_has_token(connection, "keep-alive");
  head.chunked = !head.fields[Field::transfer_encoding].empty();
  const auto length = head.fields[Field::content_length];
  head.has_length = !length.empty();
  std::from_chars(length.data(), length.data() + length.size(), head.length);
}

// Hands the views of one head to its caller; keeps and copies nothing.
template <bool is_request, typename Head>
class HeadParser final : public http::basic_parser<is_request> {
 public:
  HeadParser() {
    this->header_limit(1u << 20);  // the limit was kept by whoever gathered the head
    this->body_limit(boost::none);
    this->skip(!is_request);
  }
  Head head;

 private:
  using view = boost::beast::string_view;
  static std::string_view std_view(view text) { return {text.data(), text.size()}; }

  void on_request_impl(http::verb, view method, view target, int version, boost::beast::error_code&) override {
    if constexpr (is_request) {
      head.method = wire::method_named(std_view(method));
      head.target = std_view(target);
      head.minor_version = static_cast<unsigned>(version % 10);
    }
  }
  void on_response_impl(int status, view, int version, boost::beast::error_code&) override {
    if constexpr (!is_request) {
      head.status = status;
      head.minor_version = static_cast<unsigned>(version % 10);
    }
  }
  void on_field_impl(http::field, view name, view value, boost::beast::error_code&) override {
    head.fields.set(wire::field_named(std_view(name)), std_view(value));
  }
  void on_header_impl(boost::beast::error_code&) override { read_framing(head); }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, boost::beast::error_code&) override {}
  std::size_t on_body_impl(view body, boost::beast::error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, view, boost::beast::error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, view body, boost::beast::error_code&) override { return body.size(); }
  void on_finish_impl(boost::beast::error_code&) override {}
};

template <bool is_request, typename Head>
Result<Head> parse(std::string_view bytes, Code code) {
  HeadParser<is_request, Head> parser;
  boost::beast::error_code error;
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if (error && error != http::error::need_more)
    return Error(code, "The HTTP header block is malformed.").with_detail(error.message());
  if (!parser.is_header_done()) return Error(code, "The HTTP header block is malformed.");
  return parser.head;
}

}  // namespace

std::size_t find_head_end(std::string_view bytes, std::size_t& scanned) {
  // Step back over the end of the last look: the mark may lie across the seam.
  const auto from = scanned < 3 ? 0 : scanned - 3;
  const auto at = bytes.find("\r\n\r\n", from);
  if (at != bytes.npos) return at + 4;
  scanned = bytes.size();
  return 0;
}

Result<wire::RequestHead> parse_request_head(std::string_view head) {
  const auto fault = wire::fault_in_request_head(head);
  if (fault == wire::too_many_fields) return Error(Code::headers_too_large, "The request has more than 100 header fields.");
  if (!fault.empty())
    return Error(Code::invalid_request, "The HTTP request is malformed: " + std::string(fault) + ".");
  return parse<true, wire::RequestHead>(head, Code::invalid_request);
}

Result<wire::ResponseHead> parse_response_head(std::string_view head) {
  const auto refuse = [](std::string detail) {
    return Error(Code::upstream_error, "The provider sent an answer that cannot be used.")
        .with_retry(core::Retry::next_target)
        .with_detail(std::move(detail));
  };
  if (const auto fault = wire::fault_in_response_head(head); !fault.empty()) return refuse(std::string(fault));
  auto parsed = parse<false, wire::ResponseHead>(head, Code::upstream_error);
  if (!parsed) return refuse(parsed.error().detail());
  return parsed;
}

}  // namespace headgate::net
