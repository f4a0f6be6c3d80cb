// From a request that was read to a plan for it.
#include "headgate/gateway/decision.hpp"

#include <algorithm>

#include "headgate/gateway/measured.hpp"
#include "headgate/gateway/prompt_caches.hpp"
#include "headgate/wire/openai_passthrough.hpp"
#include "profile.hpp"

namespace headgate::gateway {

using core::Result;

namespace {

// What the request's words tell. Asked only where the answer makes a difference: it takes longer than all the rest.
// The user's words are read once for both questions.
class Words {
 public:
  Words(const Ask& ask, const Snapshot& snapshot) : ask_(ask), snapshot_(snapshot) {}

  void note_capability(RequestRecord& record) {
    if (!snapshot_.classifier || ask_.surface == wire::Surface::embeddings || wire::is_passthrough(ask_.surface))
      return;
    const auto found = snapshot_.classifier->classify(last_user(), question().system);
    record.capability = found.capability;
    record.confidence = found.confidence;
  }

  void note_difficulty(RequestRecord& record) {
    if (!snapshot_.difficulty) return;
    record.difficulty = classify::beside_usual(snapshot_.difficulty->of(last_user()));
  }

 private:
  const wire::openai::Question& question() {
    if (!question_) question_ = wire::openai::read_question(ask_.surface, ask_.document);
    return *question_;
  }

  const classify::Tokens& last_user() {
    if (!last_user_) last_user_.emplace(question().last_user);
    return *last_user_;
  }

  const Ask& ask_;
  const Snapshot& snapshot_;
  std::optional<wire::openai::Question> question_;
  std::optional<classify::Tokens> last_user_;
};

std::optional<core::Duration> time_left(core::TimePoint until, core::TimePoint now) {
  if (until == core::no_deadline || until <= now) return std::nullopt;
  return until - now;
}

void note_excluded(const routing::Plan& plan, const Snapshot& snapshot, RequestRecord& record) {
  for (const auto& one : plan.excluded)
    record.excluded.push_back({snapshot.targets[one.model]->model, name_of(one.reason), {}, one.lacking});
}

constexpr std::string_view kept_out_by_drill = "drill";

// The provider that a drill keeps from this request; empty when there is none.
std::string_view provider_of_drill(const Ask& ask, const Snapshot& snapshot, const RequestRecord& record) {
  if (!ask.without_provider.empty() || !snapshot.drill) return ask.without_provider;
  const bool takes_part = std::find(record.tags.begin(), record.tags.end(), snapshot.drill->tag) != record.tags.end();
  return takes_part ? std::string_view(snapshot.drill->provider) : std::string_view();
}

// Error: nobody is left.
Result<void> do_without(routing::Plan& plan, const Snapshot& snapshot, RequestRecord& record) {
  if (record.without_provider.empty() || plan.refusal) return {};
  std::erase_if(plan.candidates, [&](const routing::Candidate& candidate) {
    const auto& target = *snapshot.targets[candidate.model];
    const bool goes = target.account->settings.name == record.without_provider;
    if (goes) record.exclude(target.model, kept_out_by_drill);
    return goes;
  });
  if (!plan.candidates.empty()) return {};
  return core::Error(core::Code::no_healthy_upstream, "A drill does without the provider `" + record.without_provider +
                                                          "` at the moment, and nobody else can answer.")
      .with_failover_exhausted();
}

// Whom health keeps out now. Who stands where it is asked next is told by its attempt.
std::optional<health::Refusal> refusal_of(const routing::Candidate& candidate, const Snapshot& snapshot,
                                          core::TimePoint now, bool dry_run) {
  if (!dry_run && candidate.probability > 0) return std::nullopt;
  return snapshot.health->standing(candidate.model, now).refusal;
}

std::vector<std::string> adapted_for(const Target& target, const Ask& ask) {
  if (!ask.dry_run || !target.may_need_adapting) return {};
  auto made = wire::openai::adapt(ask.document, ask.body, ask.surface, target.limits);
  return made ? std::move(made->changed) : std::vector<std::string>();
}

void note_candidates(const routing::Plan& plan, const Snapshot& snapshot, RequestRecord& record, const Ask& ask) {
  for (const auto& one : plan.candidates) {
    const auto& target = *snapshot.targets[one.model];
    if (const auto refusal = refusal_of(one, snapshot, record.started, ask.dry_run)) {
      record.exclude(target.model, health::name_of(refusal->barrier), time_left(refusal->until, record.started));
    } else {
      record.candidates.push_back({target.model, target.account->settings.name, one.probability, one.expected_cost,
                                   one.score, adapted_for(target, ask), one.cached_tokens});
    }
  }
}

// Where nobody gives several answers at a time, each is asked for on its own.
void consider_fan_out(routing::Plan& plan, routing::Profile& profile, wire::Surface surface, const Measured& measured,
                      const Snapshot& snapshot, RequestRecord& record, double draw) {
  core::FeatureSet several;
  several.add(core::Feature::n);
  if (!plan.refusal || plan.refusal->code() != core::Code::capability_unavailable) return;
  if (!profile.needs.has(core::Feature::n) || surface != wire::Surface::chat_completions) return;
  profile.needs = profile.needs.without(several);
  auto each = snapshot.router.consider(profile, measured, draw);
  if (!each) return;
  if (each->refusal) return void(plan = std::move(*each));
  if (profile.choices > max_fan_out) {
    plan.refusal = core::Error(core::Code::capability_unavailable,
                               "The models that may answer give one answer at a time, and `n` is " +
                                   std::to_string(profile.choices) + ": at most " + std::to_string(max_fan_out) +
                                   " are asked for side by side. Ask for fewer.")
                       .with_param("n");
    return;
  }
  plan = std::move(*each);
  record.fan_out = profile.choices;
}

// Which budget is spent, and until when, only the budgets can tell.
core::Error refusal_of(const routing::Plan& plan, const Snapshot& snapshot, budget::Charge charge, budget::Now now) {
  if (plan.refusal->code() != core::Code::budget_exceeded) return *plan.refusal;
  for (const auto& one : plan.excluded) {
    if (one.reason != routing::Reason::budget_exceeded) continue;
    const auto& target = *snapshot.targets[one.model];
    charge.model = target.model;
    charge.provider = target.account->settings.name;
    auto granted = snapshot.accounting->budgets().reserve(charge, {core::Money::picodollars(1), false}, now);
    if (!granted) return granted.error();
    granted->release();
  }
  return *plan.refusal;
}

}  // namespace

Result<routing::Plan> decide(const Ask& ask, const Snapshot& snapshot, RequestRecord& record, double draw) {
  record.asked_model = ask.request.model;
  record.stream = ask.request.stream;
  Asked asked;
  if (auto read = asked.read(ask, snapshot, record); !read) return read.error();
  auto& profile = asked.profile;
  record.needs = profile.needs;
  if (profile.kind) record.input_tokens = profile.input_tokens;
  note_prompt(ask, snapshot, record);
  // A dry run wants to know it in any case, but is planned like the request it stands for.
  const bool counts = snapshot.router.asks_for_capability(profile);
  Words words(ask, snapshot);
  if (counts || ask.dry_run) words.note_capability(record);
  if (counts) profile.capability = record.capability;
  if (snapshot.router.asks_for_difficulty(profile)) words.note_difficulty(record);
  profile.difficulty = record.difficulty;
  const budget::Charge charge{record.tenant, record.key_id, {}, {}, record.tags};
  const budget::Now now{record.started, record.received};
  record.without_provider = provider_of_drill(ask, snapshot, record);
  const Measured measured(snapshot, charge, now, record.without_provider, &record);
  auto plan = snapshot.router.consider(profile, measured, draw);
  if (!plan) return plan;
  consider_fan_out(*plan, profile, ask.surface, measured, snapshot, record, draw);
  record.pool = plan->pool;
  if (plan->rule != nullptr) record.rule = plan->rule->name;
  record.objective = routing::objective_names[static_cast<std::size_t>(plan->objective)];
  note_excluded(*plan, snapshot, record);
  if (auto left = do_without(*plan, snapshot, record); !left) return left.error();
  note_candidates(*plan, snapshot, record, ask);
  if (plan->refusal) plan->refusal = refusal_of(*plan, snapshot, charge, now);
  if (plan->refusal) record.refusal = plan->refusal->message();
  if (plan->refusal && !ask.dry_run) return *plan->refusal;
  return plan;
}

Result<std::string> explain(std::string_view body, wire::Surface surface, const Snapshot& snapshot) {
  wire::JsonReader json;
  std::string padded(body);
  wire::pad(padded);
  const auto request = wire::openai::read_request(json, surface, padded);
  if (!request) return request.error();
  RequestRecord record;
  record.started = core::Clock::now();
  record.received = std::chrono::system_clock::now();
  const Wishes none;
  const auto plan = decide({surface, *request, json.document(), padded, none, true}, snapshot, record, 0);
  if (!plan) return plan.error();
  return describe(record);
}

}  // namespace headgate::gateway
