// What becomes of a request whose stream broke off: who may go on with it, what is asked of them, and what that
// may cost.
#include "headgate/gateway/gateway.hpp"
#include "headgate/wire/openai_needs.hpp"

namespace headgate::gateway {

using core::Money;
using core::Result;

// Only who is known to go on with an answer, and is asked for it in the words of policy.
bool Gateway::may_go_on(Call& call, const routing::Candidate& candidate, const Story& story) {
  if (!story.is_broken_off()) return true;
  const auto& model = call.snapshot.router.models()[candidate.model];
  const auto& adapter = call.snapshot.targets[candidate.model]->account->adapter;
  const bool same_words = adapter.dialect() == dialects::Dialect::chat_completions;
  if (same_words && model.facts.support(core::Feature::prefill) == catalog::Support::yes) return true;
  call.record.exclude(model.name, "cannot_continue");
  return false;
}

// The client's request with what it was shown behind it, put in the model's terms like any other.
Result<std::unique_ptr<Gateway::Adapted>> Gateway::go_on(const Call& call, const Target& target, Story& story) {
  const auto document = json_.read(call.body);
  if (!document) return document.error();
  wire::openai::Adapted asked{story.continuation->request(*document, call.body, target.account->adapter.prefill()), {}};
  wire::pad(asked.body);
  const auto reading = json_.read(asked.body);
  if (!reading) return reading.error();
  auto made = wire::openai::adapt(*reading, asked.body, call.surface, target.limits);
  if (!made) return made.error();
  return reread(call.surface, std::move(made->body.empty() ? asked : *made));
}

// Who goes on reads what was shown, too.
std::optional<Money> Gateway::worst_cost(const routing::Candidate& candidate, const Target& target,
                                         const Story& story) {
  if (!story.is_broken_off() || !candidate.worst_cost || !target.price) return candidate.worst_cost;
  const auto shown = target.price->worst_cost(wire::openai::most_input_tokens(story.continuation->bytes()), 0);
  return shown ? std::optional(*candidate.worst_cost + *shown) : std::nullopt;
}

}  // namespace headgate::gateway
