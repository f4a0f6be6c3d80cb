#include "headgate/providers/adapter.hpp"

#include "headgate/core/text.hpp"
#include "headgate/wire/http.hpp"
#include "paths.hpp"

namespace headgate::providers {

namespace {

// Who stands at an address of one's own is taken to have everything there.
std::string_view prefill_prefix(const Account& account, const wire::Url& url, const Vendor& vendor) {
  return vendor.prefill_path.empty() || account.base_url != vendor.base_url ? url.path : vendor.prefill_path;
}

// Azure's newer addresses are OpenAI's: the deployment is the model.
Paths paths_below(const wire::Url& url, const Vendor& vendor) {
  return vendor.paths == Paths::deployment && url.path.ends_with("/v1") ? Paths::by_surface : vendor.paths;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Adapter::Adapter(const Account& account, const wire::Url& url, const Vendor& vendor)
    : words_(vendor.words),
      paths_(paths_below(url, vendor)),
      prefix_(url.path),
      prefill_prefix_(prefill_prefix(account, url, vendor)),
      fields_(vendor.fields),
      prefill_(vendor.prefill),
      takes_stream_options_(vendor.takes_stream_options),
      surfaces_(surfaces_of(vendor)) {
  std::string headers =
      " HTTP/1.1\r\nhost: " + url.authority() + "\r\nuser-agent: headgate/0.1\r\naccept-encoding: identity\r\n";
  if (!account.key.empty()) headers.append(vendor.key_field).append(account.key.reveal()).append("\r\n");
  for (const auto& [name, value] : account.headers) append_field(headers, name, value);
  headers_ = core::Secret(std::move(headers));
}

// Completions are a conversation of one message, where they are not to be had themselves.
std::optional<wire::Surface> Adapter::answering(wire::Surface asked) const {
  using wire::Surface;
  if (asked == Surface::chat_completions || surfaces_.has(asked)) return asked;
  return asked == Surface::completions ? std::optional(Surface::chat_completions) : std::nullopt;
}

void Adapter::append_head(std::string& out, const Post& post) const {
  out.append("POST ").append(post.is_prefill ? prefill_prefix_ : prefix_);
  append_path(out, paths_, post);
  out.append(headers_.reveal());
  if (post.content_type.empty())
    out.append("accept: application/json, text/event-stream\r\ncontent-type: application/json\r\n");
  else
    out.append("accept: */*\r\ncontent-type: ").append(post.content_type).append("\r\n");
  append_own_fields(out, post.own_head);
  std::size_t size = 0;
  for (const auto piece : post.body) size += piece.size();
  out.append("content-length: ");
  core::append_number(out, size);
  out.append("\r\n");
  if (!post.traceparent.empty()) append_field(out, "traceparent", post.traceparent);
  if (!post.tracestate.empty()) append_field(out, "tracestate", post.tracestate);
  out.append("\r\n");
}

// What a client said beside its body, else what the vendor's row says for it.
void Adapter::append_own_fields(std::string& out, std::string_view own_head) const {
  for (const auto& field : fields_) {
    const auto own = own_head.empty() ? std::nullopt : wire::find_field(own_head, field.name);
    const auto value = own ? *own : field.value;
    if (!value.empty()) append_field(out, field.name, value);
  }
}

}  // namespace headgate::providers
