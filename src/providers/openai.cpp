#include "headgate/providers/openai.hpp"

#include "headgate/core/text.hpp"

namespace headgate::providers {

namespace {

// Who stands at an address of one's own is taken to have everything there.
std::string_view prefill_prefix(const Account& account, const wire::Url& url, const Vendor& vendor) {
  return vendor.prefill_path.empty() || account.base_url != vendor.base_url ? url.path : vendor.prefill_path;
}

}  // namespace

OpenAiAdapter::OpenAiAdapter(const Account& account, const wire::Url& url, const Vendor& vendor)
    : prefix_(url.path),
      prefill_prefix_(prefill_prefix(account, url, vendor)),
      prefill_(vendor.prefill),
      takes_stream_options_(vendor.takes_stream_options) {
  std::string headers = " HTTP/1.1\r\nhost: " + url.authority() +
                        "\r\nuser-agent: headgate/0.1\r\naccept: application/json, text/event-stream"
                        "\r\naccept-encoding: identity\r\ncontent-type: application/json\r\n";
  if (!account.key.empty()) headers.append("authorization: Bearer ").append(account.key.reveal()).append("\r\n");
  for (const auto& [name, value] : account.headers) headers.append(name).append(": ").append(value).append("\r\n");
  headers_ = core::Secret(std::move(headers));
}

void OpenAiAdapter::append_head(std::string& out, wire::Surface surface, std::size_t body_size,
                                std::string_view traceparent, std::string_view tracestate, bool is_prefill) const {
  out.append("POST ")
      .append(is_prefill ? prefill_prefix_ : prefix_)
      .append(wire::path_of(surface))
      .append(headers_.reveal());
  out.append("content-length: ");
  core::append_number(out, body_size);
  out.append("\r\n");
  if (!traceparent.empty()) out.append("traceparent: ").append(traceparent).append("\r\n");
  if (!tracestate.empty()) out.append("tracestate: ").append(tracestate).append("\r\n");
  out.append("\r\n");
}

}  // namespace headgate::providers
