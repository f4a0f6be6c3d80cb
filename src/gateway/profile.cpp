#include "profile.hpp"

#include <charconv>

#include "headgate/budget/scope.hpp"
#include "headgate/wire/http.hpp"
#include "headgate/wire/openai_passthrough.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;

namespace {

Error unreadable(std::string_view header, std::string_view expected) {
  return Error(Code::invalid_request,
               "The header `" + std::string(header) + "` cannot be read: it takes " + std::string(expected) + ".")
      .with_param(std::string(header));
}

// A price of so many dollars a million tokens, as hints say it, for one token.
core::Money of_one_token(core::Money of_million) {
  return core::Money::picodollars(of_million.in_picodollars() / 1'000'000);
}

std::optional<catalog::Kind> kind_of(wire::Surface surface) {
  if (wire::is_passthrough(surface)) return std::nullopt;
  return surface == wire::Surface::embeddings ? catalog::Kind::embedding : catalog::Kind::chat;
}

bool is_automatic(std::string_view model) { return model == "auto" || model.starts_with("auto:"); }

Error no_conversation() {
  return Error(Code::invalid_request,
               "`auto` chooses by what a conversation is about, and this is none: name a model or pool:NAME.")
      .with_param("model");
}

routing::Sort sort_of(wire::openai::Hints::Sort sort) {
  using From = wire::openai::Hints::Sort;
  switch (sort) {
    case From::price: return routing::Sort::price;
    case From::throughput: return routing::Sort::throughput;
    case From::latency: return routing::Sort::latency;
  }
  return routing::Sort::price;
}

}  // namespace

Result<void> Asked::read_wishes(const Wishes& wishes, RequestRecord& record) {
  if (const auto text = wishes.max_cost; !text.empty()) {
    const auto money = core::Money::parse(text);
    if (!money) return unreadable("x-headgate-max-cost", "an amount in dollars, for example 0.01");
    profile.hints.max_cost = *money;
  }
  if (const auto text = wishes.deadline_ms; !text.empty()) {
    std::uint32_t millis = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), millis);
    if (error != std::errc() || end != text.data() + text.size() || millis == 0)
      return unreadable("x-headgate-deadline-ms", "a whole number of milliseconds above 0");
    profile.hints.deadline = core::milliseconds(millis);
  }
  if (!wishes.tags.empty()) {
    auto tags = budget::parse_tags(wishes.tags);
    if (!tags) return tags.error();
    record.tags = std::move(*tags);
  }
  return {};
}

Result<void> Asked::read_hints(const Ask& ask) {
  if (!ask.request.has_provider_hints) return {};
  auto read = wire::openai::read_hints(ask.document);
  if (!read) return read.error();
  hints_ = std::move(*read);
  auto& hints = profile.hints;
  hints.order = hints_.order;
  hints.only = hints_.only;
  hints.ignore = hints_.ignore;
  if (hints_.sort) hints.sort = sort_of(*hints_.sort);
  if (hints_.max_prompt_price) hints.max_input_price = of_one_token(*hints_.max_prompt_price);
  if (hints_.max_completion_price) hints.max_output_price = of_one_token(*hints_.max_completion_price);
  hints.require_parameters = hints_.require_parameters;
  hints.deny_data_collection = hints_.deny_data_collection;
  hints.allow_fallbacks = hints_.allow_fallbacks;
  return {};
}

Result<void> Asked::read(const Ask& ask, const Snapshot& snapshot, RequestRecord& record) {
  if (auto read = read_wishes(ask.wishes, record); !read) return read;
  if (auto read = read_hints(ask); !read) return read;
  for (const auto& name : snapshot.router.headers())
    if (const auto value = wire::find_field(ask.wishes.head, name)) headers_.push_back({name, *value});
  const bool unread = wire::is_passthrough(ask.surface);
  if (unread && is_automatic(ask.request.model)) return no_conversation();
  const auto needs = unread ? wire::openai::Needs() : wire::openai::read_needs(ask.surface, ask.document);
  profile.model = ask.request.model;
  profile.fallbacks = ask.request.fallback_models;
  profile.kind = kind_of(ask.surface);
  profile.needs = needs.features;
  profile.stream = ask.request.stream;
  profile.input_tokens = needs.input_tokens;
  if (!unread) profile.most_input_tokens = wire::openai::most_input_tokens(ask.body.size());
  profile.output_tokens = needs.output_tokens;
  profile.choices = needs.choices;
  profile.tenant = record.tenant;
  profile.zone = record.zone;
  profile.wall = record.received;
  profile.headers = headers_;
  return {};
}

}  // namespace headgate::gateway
