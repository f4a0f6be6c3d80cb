#include "world.hpp"

#include <algorithm>

#include "headgate/catalog/catalog.hpp"

namespace headgate::simulation {
namespace {

using core::Capability;
using core::Result;
using std::chrono::minutes;

struct Assumed {
  std::string_view vendor, model;
  double stated_chat, stated_code;  // quality as the operator believes, from evaluations of their own
  Behaviour at_first;
};

constexpr std::size_t deepseek = 0, mini = 1, mistral = 2, flash = 3;

constexpr std::array<Assumed, 6> assumed{{
    {"deepseek", "deepseek-chat", 0.82, 0.83, {0.83, 0.82, 0.030, 1.2, 45}},
    {"openai", "gpt-4.1-mini", 0.83, 0.66, {0.82, 0.66, 0.005, 0.5, 80}},
    {"mistral", "mistral-large-2512", 0.82, 0.80, {0.84, 0.79, 0.010, 0.7, 60}},
    {"google", "gemini-2.5-flash", 0.86, 0.83, {0.85, 0.84, 0.008, 0.6, 150, 300}},
    {"anthropic", "claude-haiku-4-5", 0.86, 0.88, {0.87, 0.88, 0.005, 0.7, 110}},
    {"openai", "gpt-4.1", 0.89, 0.84, {0.88, 0.85, 0.005, 0.7, 70}},
}};

constexpr std::array<std::string_view, 5> vendors_in_turn{"google", "openai", "mistral", "deepseek", "anthropic"};
constexpr minutes outage_length{4}, outage_every{5};

std::optional<std::string_view> vendor_down(core::Duration into_phase) {
  const auto turn = static_cast<std::size_t>(into_phase / outage_every);
  if (turn >= vendors_in_turn.size() || into_phase % outage_every >= outage_length) return std::nullopt;
  return vendors_in_turn[turn];
}

void make_dearer(catalog::Price& price, std::int64_t times) {
  for (std::size_t i = 0; i < catalog::rate_names.size(); ++i)
    if (auto& rate = price.rates[static_cast<catalog::Rate>(i)]) rate = *rate * times;
}

core::Duration seconds(double count) {
  return std::chrono::duration_cast<core::Duration>(std::chrono::duration<double>(count));
}

core::Tokens tokens(double count) { return static_cast<core::Tokens>(std::max(1.0, count)); }

}  // namespace

Result<routing::Settings> pool_of_the_world() {
  const auto texts = catalog::built_in();
  const auto catalog = catalog::Catalog::read(texts);
  if (!catalog) return catalog.error();
  routing::Settings settings;
  settings.pools = {{"default", {}}};
  for (const auto& one : assumed) {
    const auto* entry = catalog->find(one.vendor, one.model);
    if (entry == nullptr || !entry->price)
      return core::Error(core::Code::internal_error, "the catalog has no price of " + std::string(one.model));
    routing::Model model;
    model.name = model.upstream = one.model;
    model.provider = one.vendor;
    model.facts = *entry;
    model.facts.quality.fill(std::nullopt);
    model.facts.quality[static_cast<std::size_t>(Capability::chat)] = catalog::Quality{one.stated_chat, "own"};
    model.facts.quality[static_cast<std::size_t>(Capability::code)] = catalog::Quality{one.stated_code, "own"};
    settings.pools[0].models.push_back(model.name);
    settings.models.push_back(std::move(model));
  }
  return settings;
}

World::World(routing::Settings at_first, Draws draws, const Trace& trace)
    : at_first_(std::move(at_first)),
      draws_(draws),
      phase_length_(trace.length),
      chat_output_(trace.mean_output(Capability::chat)),
      code_output_(trace.mean_output(Capability::code)) {}

Phase World::phase_at(core::Duration at) const {
  return static_cast<Phase>(std::min<core::Duration::rep>(at / phase_length_, phase_count - 1));
}

routing::Settings World::settings(Phase phase) const {
  auto settings = at_first_;
  if (phase >= Phase::list_price) make_dearer(*settings.models[deepseek].facts.price, 3);
  return settings;
}

Behaviour World::behaviour(ModelIndex model, Phase phase) const {
  auto does = assumed[model].at_first;
  if (phase >= Phase::hidden_price && model == mini) does.verbosity = 4;
  if (phase >= Phase::hidden_price && model == mistral) does.thinking = 800;
  if (phase >= Phase::quality && model == deepseek) does.chat_quality = does.code_quality = 0.5;
  if (phase >= Phase::quality && model == flash) does.code_quality = 0.5;
  return does;
}

bool World::is_down(ModelIndex model, core::Duration at) const {
  if (phase_at(at) != Phase::outage) return false;
  return vendor_down(at % phase_length_) == assumed[model].vendor;
}

core::Usage World::usage_of(const Behaviour& does, ModelIndex model, std::uint64_t request,
                            const Arrival& arrival) const {
  core::Usage usage;
  usage.input = arrival.input;
  usage.output = std::min(asked_output, tokens(static_cast<double>(arrival.output) * does.verbosity));
  if (does.thinking > 0)
    usage.reasoning = std::min(asked_output - *usage.output,
                               tokens(draws_.exponential(does.thinking, For::thinking, request, model)));
  return usage;
}

// Half say 503 at once, three in ten reset the connection, the rest never answer.
Answer World::fail(ModelIndex model, std::uint64_t request) const {
  const double kind = draws_.uniform(For::failure_kind, request, model);
  const auto after = kind < 0.5 ? seconds(0.2) : kind < 0.8 ? seconds(0.05) : patience;
  Answer none;
  none.ending = Ending::failed;
  none.total = after;
  return none;
}

Answer World::ask(ModelIndex model, std::uint64_t request, const Arrival& arrival, core::Duration at) const {
  const auto does = behaviour(model, phase_at(at));
  const double luck = draws_.uniform(For::failure, request, model);
  constexpr double cut_share = 0.2;  // of failures
  if (is_down(model, at) || luck < does.failures * (1 - cut_share)) return fail(model, request);

  Answer answer;
  answer.usage = usage_of(does, model, request, arrival);
  const double first = does.first_token * draws_.around_one(0.4, For::first_token, request, model);
  answer.first_token = std::min(seconds(first), patience);
  const double speed = does.tokens_per_second * draws_.around_one(0.2, For::speed, request, model);
  answer.total = answer.first_token + seconds(static_cast<double>(answer.usage.all_output()) / speed);
  answer.usable = draws_.uniform(For::usable, request, model) < does.quality(arrival.capability);
  if (luck >= does.failures) return answer;
  answer.ending = Ending::cut;
  answer.usable = false;
  const double part = draws_.uniform(For::cut, request, model);
  answer.usage.output = tokens(static_cast<double>(*answer.usage.output) * part);
  answer.total =
      answer.first_token + seconds(part * std::chrono::duration<double>(answer.total - answer.first_token).count());
  return answer;
}

double World::expected_cost(ModelIndex model, const Arrival& arrival, core::Duration at) const {
  const auto phase = phase_at(at);
  const auto does = behaviour(model, phase);
  const double usual = arrival.capability == Capability::code ? code_output_ : chat_output_;
  core::Usage usage;
  usage.input = arrival.input;
  usage.output = std::min(asked_output, tokens(usual * does.verbosity));
  usage.reasoning = static_cast<core::Tokens>(does.thinking);
  auto price = *at_first_.models[model].facts.price;
  if (phase >= Phase::list_price && model == deepseek) make_dearer(price, 3);
  return price.cost(usage)->in_dollars();
}

}  // namespace headgate::simulation
