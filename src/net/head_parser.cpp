#include "headgate/net/head_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include "headgate/core/unusable_answer.hpp"

namespace headgate::net {
namespace {

namespace http = boost::beast::http;
using core::Code;
using core::Error;
using core::Result;

// Beast's word on a request head that has been judged already: what it would refuse is refused,
// what it would read is not looked at.
class SecondOpinion final : public http::basic_parser<true> {
 public:
  SecondOpinion() {
    header_limit(1u << 20);  // the limit was kept by whoever gathered the head
    body_limit(boost::none);
  }

 private:
  using view = boost::beast::string_view;
  using error = boost::beast::error_code;
  void on_request_impl(http::verb, view, view, int, error&) override {}
  void on_response_impl(int, view, int, error&) override {}
  void on_field_impl(http::field, view, view, error&) override {}
  void on_header_impl(error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error&) override {}
  std::size_t on_body_impl(view body, error&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, view, error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, view body, error&) override { return body.size(); }
  void on_finish_impl(error&) override {}
};

}  // namespace

std::size_t find_head_end(std::string_view bytes, std::size_t& scanned) {
  // Step back over the end of the last look: the mark may lie across the seam.
  const auto from = scanned < 3 ? 0 : scanned - 3;
  const auto at = bytes.find("\r\n\r\n", from);
  if (at != bytes.npos) return at + 4;
  scanned = bytes.size();
  return 0;
}

Result<wire::RequestHead> parse_request_head(std::string_view bytes) {
  wire::RequestHead head;
  const auto fault = wire::fault_in_request_head(bytes, head);
  if (fault == wire::too_many_fields)
    return Error(Code::headers_too_large, "The request has more than 100 header fields.");
  if (!fault.empty()) return Error(Code::invalid_request, "The HTTP request is malformed: " + std::string(fault) + ".");
  SecondOpinion parser;
  boost::beast::error_code error;
  parser.put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  if ((error && error != http::error::need_more) || !parser.is_header_done())
    return Error(Code::invalid_request, "The HTTP request is malformed.").with_detail(error.message());
  return head;
}

Result<wire::ResponseHead> parse_response_head(std::string_view bytes) {
  wire::ResponseHead head;
  const auto fault = wire::fault_in_response_head(bytes, head);
  if (fault.empty()) return head;
  return core::unusable_answer(std::string(fault));
}

}  // namespace headgate::net
