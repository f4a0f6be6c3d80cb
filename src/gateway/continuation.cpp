#include "headgate/gateway/continuation.hpp"

#include <algorithm>
#include <utility>

#include "headgate/core/text.hpp"

namespace headgate::gateway {

using core::Feature;

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::optional<core::Tokens> sum(std::optional<core::Tokens> a, std::optional<core::Tokens> b) {
  if (!a && !b) return std::nullopt;
  return a.value_or(0) + b.value_or(0);
}

core::Usage sum(const core::Usage& a, const core::Usage& b) {
  core::Usage all;
  for (const auto part : {&core::Usage::input, &core::Usage::cache_read, &core::Usage::cache_write,
                          &core::Usage::output, &core::Usage::reasoning})
    all.*part = sum(a.*part, b.*part);
  return all;
}

std::size_t count_characters(std::string_view utf8) {
  constexpr auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), begins));
}

}  // namespace

// An answer in JSON or with log probabilities is more than its text, and who began one has had its own begun for it.
bool Continuation::suits(core::FeatureSet needs) {
  for (const auto feature :
       {Feature::n, Feature::logprobs, Feature::json_object, Feature::json_schema, Feature::audio, Feature::prefill})
    if (needs.has(feature)) return false;
  return true;
}

void Continuation::show(wire::JsonReader& json, std::string_view data, bool finishes) {
  if (!is_plain_) return;
  const auto event = json.read_lenient(data);
  if (!event) return take(std::nullopt, finishes);
  if (identity_.empty()) identity_ = wire::openai::identity_of(*event);
  take(wire::openai::plain_text(*event), finishes);
}

void Continuation::take(const std::optional<std::string>& text, bool finishes) {
  is_finished_ = is_finished_ || finishes;
  is_plain_ = is_plain_ && text && text_.size() + text->size() <= max_text;
  is_plain_ ? void(text_.append(*text)) : std::string().swap(text_);
}

bool Continuation::is_possible() const {
  return is_plain_ && !is_finished_ && text_.find_first_not_of(blanks) != text_.npos;
}

void Continuation::break_off(core::Error reason, const core::Usage& usage) {
  reason_ = std::move(reason);
  used_ = sum(used_, usage);
}

std::size_t Continuation::characters() const { return count_characters(text_); }

// Some vendors refuse a text that ends in a blank, and no model goes on well from there.
std::string Continuation::request(wire::JsonValue document, std::string_view body,
                                  const wire::openai::Prefill& prefill) {
  const auto end = text_.find_last_not_of(blanks) + 1;
  auto begun = text_.substr(0, end);
  auto request = wire::openai::continued_body(document, body, begun, used_.all_output(), prefill.mark);
  seam_ = wire::Seam(prefill.repeats ? std::move(begun) : "", text_.substr(end));
  is_new_hop_ = true;
  return request;
}

std::string Continuation::adopt(wire::JsonReader& json, std::string_view data, const AttemptRecord& attempt,
                                bool finishes) {
  const auto event = json.read_lenient(data);
  if (!event) return {};
  auto text = wire::openai::plain_text(*event);
  if (text) text = seam_.take(*text);
  if (text && finishes) text->append(seam_.end());
  const bool is_new = !text || !text->empty() || finishes || (*event)["usage"].is_object();
  if (!is_new) return {};
  note_hop(attempt);
  take(text, finishes);
  return wire::openai::adopted_event(*event, data, identity_, text, sum(used_, attempt.usage));
}

void Continuation::note_hop(const AttemptRecord& attempt) {
  if (std::exchange(is_new_hop_, false)) hops_.push_back({attempt.provider, attempt.model, characters()});
}

void Continuation::append_to(std::string& json) const {
  json.append(R"(,"continued":[)");
  for (const auto& hop : hops_) {
    json.append(&hop == hops_.data() ? R"({"provider":)" : R"(,{"provider":)");
    wire::append_json_string(json, hop.provider);
    json.append(R"(,"model":)");
    wire::append_json_string(json, hop.model);
    json.append(R"(,"after_characters":)");
    core::append_number(json, hop.after_characters);
    json.append("}");
  }
  json.append("]");
}

}  // namespace headgate::gateway
