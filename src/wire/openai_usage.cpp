#include "headgate/wire/openai_usage.hpp"

#include "headgate/wire/json_writer.hpp"

namespace headgate::wire::openai {
namespace {

using core::Tokens;
using Count = std::optional<Tokens>;

// More tokens than any answer has; a count above it is a mistake that must not reach a budget.
constexpr std::uint64_t absurd = 1'000'000'000;

void read_count(Count& count, bool& implausible, JsonValue value) {
  if (!value.is_set() || count) return;
  count = value.count();
  if (count && *count < absurd) return;
  count.reset();
  implausible = true;
}

// `part` is counted inside `whole`; afterwards `whole` is what is left beside it. A part larger than
// the whole, or of an unknown whole, is a mistake.
void take_apart(Count& whole, Count& part, bool& implausible) {
  if (!part) return;
  if (whole && *part <= *whole) {
    *whole -= *part;
  } else {
    part.reset();
    implausible = true;
  }
}

// Several vendors have a name of their own beside or instead of OpenAI's.
void read_input(core::Usage& usage, JsonValue object) {
  const auto details = object["prompt_tokens_details"];
  read_count(usage.input, usage.implausible, object["prompt_tokens"]);
  read_count(usage.cache_read, usage.implausible, details["cached_tokens"]);
  read_count(usage.cache_read, usage.implausible, object["prompt_cache_hit_tokens"]);
  read_count(usage.cache_read, usage.implausible, object["num_cached_tokens"]);
  read_count(usage.cache_write, usage.implausible, details["cache_write_tokens"]);
  read_count(usage.cache_write, usage.implausible, details["cache_creation_input_tokens"]);
  take_apart(usage.input, usage.cache_read, usage.implausible);
  take_apart(usage.input, usage.cache_write, usage.implausible);
}

// Whether reasoning is part of the completion differs between vendors; the total tells.
void read_output(core::Usage& usage, JsonValue object) {
  read_count(usage.output, usage.implausible, object["completion_tokens"]);
  read_count(usage.reasoning, usage.implausible, object["completion_tokens_details"]["reasoning_tokens"]);
  const auto prompt = object["prompt_tokens"].count(), total = object["total_tokens"].count();
  if (usage.output && prompt && *prompt < absurd && total && *total<absurd&& * total> * prompt + *usage.output) {
    const Tokens beside = *total - *prompt - *usage.output;
    if (!usage.reasoning && !usage.implausible) usage.reasoning = beside;
    if (usage.reasoning == beside) return;
  }
  take_apart(usage.output, usage.reasoning, usage.implausible);
}

void append_details(JsonWriter& json, std::string_view name, std::string_view first, Count a, std::string_view second,
                    Count b) {
  if (!a && !b) return;
  json.name(name).begin_object();
  if (a) json.member(first, *a);
  if (b) json.member(second, *b);
  json.end_object();
}

}  // namespace

core::Usage read_usage(JsonValue object) {
  core::Usage usage;
  read_input(usage, object);
  read_output(usage, object);
  return usage;
}

void append_usage(std::string& out, const core::Usage& usage) {
  JsonWriter json(out);
  json.begin_object();
  json.member("prompt_tokens", usage.all_input());
  json.member("completion_tokens", usage.all_output());
  json.member("total_tokens", usage.all_input() + usage.all_output());
  append_details(json, "prompt_tokens_details", "cached_tokens", usage.cache_read, "cache_write_tokens",
                 usage.cache_write);
  append_details(json, "completion_tokens_details", "reasoning_tokens", usage.reasoning, "", {});
  json.end_object();
}

}  // namespace headgate::wire::openai
