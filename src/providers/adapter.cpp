#include "headgate/providers/adapter.hpp"

#include <algorithm>

#include "headgate/core/text.hpp"
#include "headgate/wire/http.hpp"
#include "paths.hpp"

namespace headgate::providers {

namespace {

// Who stands at an address of one's own is taken to have everything there.
std::string_view prefill_prefix(const Account& account, std::string_view prefix, const Vendor& vendor) {
  return vendor.prefill_path.empty() || account.base_url != vendor.base_url ? prefix : vendor.prefill_path;
}

// Azure's newer addresses are OpenAI's: the deployment is the model.
Paths paths_below(const wire::Url& url, const Vendor& vendor) {
  return vendor.paths == Paths::deployment && url.path.ends_with("/v1") ? Paths::by_surface : vendor.paths;
}

// Models of a publisher stand below the project that pays for them and the place that answers.
std::string prefix_of(const Account& account, const wire::Url& url, const Vendor& vendor) {
  std::string prefix = url.path;
  if (vendor.publisher.empty()) return prefix;
  append_encoded(prefix.append("/projects/"), account.project);
  append_encoded(prefix.append("/locations/"), account.place);
  return prefix.append("/publishers/").append(vendor.publisher);
}

std::string member_in_place_of_model(const dialects::Words& words) {
  const auto* own = std::get_if<dialects::anthropic::Words>(&words);
  return own != nullptr && own->in_url ? "\"anthropic_version\":\"" + own->version + "\"" : std::string();
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

Adapter::Adapter(const Account& account, const wire::Url& url, const Vendor& vendor)
    : words_(vendor.words),
      paths_(paths_below(url, vendor)),
      prefix_(prefix_of(account, url, vendor)),
      prefill_prefix_(prefill_prefix(account, prefix_, vendor)),
      key_field_(vendor.key_field),
      host_(url.authority()),
      region_(account.place),
      service_(vendor.signed_service),
      aws_(account.aws),
      in_place_of_model_(member_in_place_of_model(words_)),
      fields_(vendor.fields),
      prefill_(vendor.prefill),
      takes_stream_options_(vendor.takes_stream_options),
      surfaces_(surfaces_of(vendor)) {
  std::string headers = " HTTP/1.1\r\nhost: " + host_ + "\r\nuser-agent: headgate/0.1\r\naccept-encoding: identity\r\n";
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
  out.append("POST ");
  const auto target_at = out.size();
  out.append(post.is_prefill ? prefill_prefix_ : prefix_);
  append_path(out, paths_, post);
  const auto target_size = out.size() - target_at;
  out.append(headers_.reveal());
  if (post.content_type.empty())
    out.append("accept: application/json, text/event-stream\r\ncontent-type: application/json\r\n");
  else
    out.append("accept: */*\r\ncontent-type: ").append(post.content_type).append("\r\n");
  if (!post.access_token.empty()) out.append(key_field_).append(post.access_token).append("\r\n");
  if (aws_) append_signature(out, std::string_view(out).substr(target_at, target_size), post);
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

// Other headers are not signed: a proxy may change them.
void Adapter::append_signature(std::string& out, std::string_view target, const Post& post) const {
  const auto digest = hex_sha256(post.body);
  const auto path_size = std::min(target.find('?'), target.size());
  SignedRequest request{"POST", host_, target.substr(0, path_size), target.substr(path_size), {}, digest};
  if (!request.query.empty()) request.query.remove_prefix(1);
  const auto lines = sign(request, *aws_, {region_, service_}, post.now);
  out.append(lines.reveal());
}

void Adapter::name_model(wire::Spliced& body, std::string_view words, wire::ByteRange value,
                         std::string_view model_json) const {
  if (in_place_of_model_.empty()) return body.add({value, model_json});
  // `"model" : "x"`: back over blanks and colon to the quotes of the name, in which there is no quote.
  const auto name_end = words.find_last_of('"', value.at - 1);
  const auto name_at = words.find_last_of('"', name_end - 1);
  body.add({{name_at, value.end() - name_at}, in_place_of_model_});
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
