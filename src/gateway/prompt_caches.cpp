#include "headgate/gateway/prompt_caches.hpp"

#include <algorithm>

#include "headgate/providers/prompt_marks.hpp"

namespace headgate::gateway {
namespace {

using core::Tokens;
using providers::digest_at;
using providers::PromptCache;
using Kind = PromptCache::Kind;

// Most vendors remember nothing shorter, and on less there is little to be saved.
constexpr Tokens least_looked_at = 1024;
// A beginning that comes again within this is worth a mark: as long as marks hold.
constexpr std::chrono::minutes seen_for{5};
// What was merely seen is not at any target.
constexpr std::uint64_t nowhere = 0;

// Of the longest of the prompt's beginnings that was asked there. 0: it is known not to be remembered.
std::optional<Tokens> longest_known(const Target& target, const Prompt& prompt, const Accounting& accounting,
                                    core::TimePoint now) {
  const auto& turns = prompt.prefix.turns;
  const auto find = [&](std::uint64_t prefix) {
    return accounting.warm_prefixes().find(digest_at(prefix, target.cache_place), now);
  };
  for (auto turn = turns.rbegin(); turn != turns.rend(); ++turn)
    if (const auto known = find(*turn)) return known;
  return find(prompt.prefix.instructions);
}

// As charged, next to fresh input; what the price leaves open is as the marks' inventor charges.
providers::CachePrice cache_price_of(const Target& target, Tokens input) {
  providers::CachePrice price;
  if (!target.price) return price;
  if (target.price->free) return {1, 1};
  const auto rates = target.price->rates_for(input);
  const auto fresh = rates[catalog::Rate::input];
  if (!fresh || *fresh == core::Money()) return price;
  if (const auto read = rates[catalog::Rate::cache_read]) price.read = read->in_dollars() / fresh->in_dollars();
  if (const auto write = rates[catalog::Rate::cache_write]) price.write = write->in_dollars() / fresh->in_dollars();
  return price;
}

// Whether the provider gets words of ours. A client that speaks its dialect has said all it wants to say.
bool is_rewritten(const Target& target, const Prompt& prompt) {
  const auto theirs = target.account->adapter.dialect();
  return prompt.own ? *prompt.own != theirs : theirs != dialects::Dialect::chat_completions;
}

providers::PromptMarks marks_for(const Target& target, const RequestRecord& record) {
  const auto input = record.input_tokens.value_or(0);
  if (!record.prompt || !is_rewritten(target, *record.prompt)) return {};
  return marks_worth(record.prompt->prefix, record.prompt->seen, input, target.prompt_cache,
                     cache_price_of(target, input));
}

// Who is told to remember says how much that is. Who does so by itself is taken to remember all, until an answer
// reads nothing of what was known of its beginning.
Tokens remembered_by_now(const Target& target, const core::Usage& usage, bool begins_known) {
  const auto read = usage.cache_read.value_or(0);
  if (target.prompt_cache.kind == Kind::marked) return read + usage.cache_write.value_or(0);
  return read == 0 && begins_known ? 0 : usage.all_input();
}

}  // namespace

void note_prompt(const Ask& ask, const Snapshot& snapshot, RequestRecord& record) {
  if (ask.surface != wire::Surface::chat_completions || record.input_tokens.value_or(0) < least_looked_at) return;
  const auto remembers = [](const auto& target) { return target->prompt_cache.kind != Kind::none; };
  if (std::none_of(snapshot.targets.begin(), snapshot.targets.end(), remembers)) return;
  auto& prompt =
      record.prompt.emplace(Prompt{providers::read_prompt_prefix(ask.document, record.tenant), false, ask.own});
  auto& warm = snapshot.accounting->warm_prefixes();
  const auto digest = digest_at(prompt.prefix.instructions, nowhere);
  prompt.seen = warm.find(digest, record.started).has_value();
  if (!ask.dry_run) warm.note(digest, prompt.prefix.instructions_tokens, core::after(record.started, seen_for));
}

Warmth warmth_of(const Target& target, const RequestRecord& record, const Accounting& accounting, core::TimePoint now) {
  Warmth warmth;
  if (!record.prompt || target.prompt_cache.kind == Kind::none) return warmth;
  const auto input = record.input_tokens.value_or(0);
  warmth.cached = std::min(longest_known(target, *record.prompt, accounting, now).value_or(0), input);
  const bool is_marked = record.prompt->prefix.has_marks && target.prompt_cache.kind == Kind::marked;
  const auto marks = marks_for(target, record);
  const auto up_to = is_marked || marks.history ? input : record.prompt->prefix.instructions_tokens;
  if ((is_marked || marks.any()) && up_to > warmth.cached) warmth.written = std::min(up_to, input) - warmth.cached;
  return warmth;
}

void ask_to_remember(chat::Request& asked, const Target& target, const RequestRecord& record) {
  if (!record.prompt) return;
  place_marks(asked, marks_for(target, record));
  if (target.prompt_cache.takes_key && asked.cache_key.empty())
    asked.cache_key = prompt_cache_key(record.prompt->prefix, target.account->settings.key);
}

std::string cache_key_member(const wire::openai::Request& request, const Target& target, const RequestRecord& record) {
  if (!record.prompt || !target.prompt_cache.takes_key || record.prompt->prefix.has_key) return "";
  if (request.surface != wire::Surface::chat_completions) return "";
  return R"("prompt_cache_key":")" + prompt_cache_key(record.prompt->prefix, target.account->settings.key) + "\",";
}

void learn_what_is_warm(const Target& target, const RequestRecord& record, const AttemptRecord& attempt,
                        Accounting& accounting, core::TimePoint now) {
  const auto& usage = attempt.usage;
  if (!record.prompt || target.prompt_cache.kind == Kind::none) return;
  if (!usage.cache_read && !usage.cache_write) return;  // it does not say
  const auto& prefix = record.prompt->prefix;
  const auto known = longest_known(target, *record.prompt, accounting, now);
  const auto tokens = remembered_by_now(target, usage, known.has_value());
  if (!known && tokens < target.prompt_cache.least) return;
  const auto until = core::after(now, target.prompt_cache.lasts);
  const auto note = [&](std::uint64_t beginning, Tokens size) {
    accounting.warm_prefixes().note(digest_at(beginning, target.cache_place), size, until);
  };
  if (!prefix.turns.empty()) note(prefix.turns.back(), tokens);
  if (prefix.instructions_tokens >= target.prompt_cache.least)
    note(prefix.instructions, std::min(tokens, prefix.instructions_tokens));
}

}  // namespace headgate::gateway
