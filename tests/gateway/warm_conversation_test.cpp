// Conversations that grow turn by turn, in front of providers that remember prompts, on a simulated clock.
#include <gmock/gmock.h>

#include <map>
#include <nlohmann/json.hpp>

#include "headgate/gateway/prompt_caches.hpp"
#include "support/random.hpp"

namespace headgate::gateway {
namespace {

using core::Money;
using core::Tokens;
using std::chrono::minutes;
using std::chrono::seconds;
using Json = nlohmann::json;

constexpr Tokens output = 100;

routing::Model model(std::string name, std::int64_t price_of_token) {
  routing::Model model;
  model.name = model.upstream = name;
  model.provider = "at-" + name;
  catalog::Price price;
  price.rates[catalog::Rate::input] = Money::picodollars(price_of_token);
  price.rates[catalog::Rate::cache_read] = Money::picodollars(price_of_token / 10);
  price.rates[catalog::Rate::output] = Money::picodollars(5 * price_of_token);
  model.facts.price = price;
  for (auto& quality : model.facts.quality) quality = catalog::Quality{0.8, "own"};
  return model;
}

class Talk {
 public:
  explicit Talk(std::string about, std::size_t rules = 6000) {
    messages_.push_back({{"role", "system"}, {"content", "Answer as " + about + ". " + std::string(rules, 'r')}});
  }
  void ask(std::string text) { messages_.push_back({{"role", "user"}, {"content", std::move(text)}}); }
  void hear(std::string text) { messages_.push_back({{"role", "assistant"}, {"content", std::move(text)}}); }
  std::string body() const { return Json{{"model", "auto"}, {"messages", messages_}}.dump(); }

 private:
  Json messages_ = Json::array();
};

struct Turn {
  std::size_t asked = 0;
  RequestRecord record;
};

class Town {
 public:
  explicit Town(std::vector<routing::Model> models, double temperature = 0.1) {
    SnapshotParts parts;
    std::vector<std::string> names;
    routing::Pool pool{"default", {}};
    for (const auto& model : models) {
      providers::Account account;
      account.name = model.provider;
      account.type = "openai_compatible";
      account.base_url = "http://127.0.0.1:1/v1";
      parts.providers.push_back(std::move(account));
      names.push_back(model.name);
      pool.models.push_back(model.name);
    }
    routing::Use use;
    use.objective = routing::Objective::cost;
    parts.routing.models = std::move(models);
    parts.routing.pools = {pool};
    parts.routing.rules = {{"cheap", {}, use}};
    parts.routing.scheduler.temperature = temperature;
    parts.accounting = std::make_shared<Accounting>(budget::Settings(), names, nullptr);
    snapshot_ = make_snapshot(std::move(parts), registry_, now, {}).value();
  }

  // Who was asked first, and what became of it.
  Turn ask(const Talk& talk) {
    Turn turn;
    const auto plan = plan_for(talk, turn.record);
    turn.asked = plan.candidates.front().model;
    answer(turn);
    return turn;
  }
  // As if it had been asked.
  void answer(Turn& turn) {
    const auto& target = *snapshot_->targets[turn.asked];
    AttemptRecord attempt;
    const auto input = *turn.record.input_tokens;
    auto& held = held_[{turn.asked, turn.record.prompt->prefix.opening}];
    attempt.usage.cache_read = held.until > now ? std::min(held.tokens, input) : 0;
    attempt.usage.input = input - *attempt.usage.cache_read;
    attempt.usage.output = output;
    held = {input, now + minutes(5)};
    spent += *target.price->cost(attempt.usage);
    learn_what_is_warm(target, turn.record, attempt, *snapshot_->accounting, now);
  }
  routing::Plan plan_for(const Talk& talk, RequestRecord& record) {
    auto body = talk.body();
    const auto size = body.size();
    body.resize(size + wire::json_padding);
    const std::string_view text(body.data(), size);
    const auto request = wire::openai::read_request(json_, wire::Surface::chat_completions, text);
    record.tenant = "acme";
    record.started = now;
    const Wishes none;
    const double draw = static_cast<double>(random_.below(1'000'000)) / 1e6;
    auto plan = decide({wire::Surface::chat_completions, *request, json_.document(), text, none, false}, *snapshot_,
                       record, draw);
    EXPECT_TRUE(plan) << plan.error().message();
    return *plan;
  }
  void forget(std::size_t model) {
    for (auto& [where, held] : held_)
      if (where.first == model) held = {};
  }
  health::Book& health() { return *snapshot_->health; }

  core::TimePoint now{std::chrono::hours(100)};
  Money spent;

 private:
  struct Held {
    Tokens tokens = 0;
    core::TimePoint until{};
  };

  metrics::Registry registry_;
  wire::JsonReader json_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::map<std::pair<std::size_t, std::uint64_t>, Held> held_;  // what the providers really remember
  test::Random random_{3};
};

Tokens told(const RequestRecord& record, std::string_view model) {
  for (const auto& one : record.candidates)
    if (one.model == model) return one.cached_tokens.value_or(0);
  return 0;
}

}  // namespace

TEST(WarmConversation, StaysWithWhoeverRemembersIt) {
  Town town({model("a", 1'000'000), model("b", 1'000'000)});
  std::map<std::size_t, int> begun;
  int turns = 0, stayed = 0;
  for (int i = 0; i < 200; ++i, town.now += seconds(10)) {
    Talk talk("agent " + std::to_string(i));
    std::optional<std::size_t> before;
    for (int turn = 0; turn < 6; ++turn, town.now += seconds(20)) {
      talk.ask("Question " + std::to_string(turn));
      const auto made = town.ask(talk);
      if (before) ++turns, stayed += made.asked == *before ? 1 : 0;
      if (!before) ++begun[made.asked];
      before = made.asked;
      talk.hear("Answer " + std::to_string(turn));
    }
  }
  EXPECT_GT(stayed, turns * 97 / 100);
  EXPECT_GT(begun[0], 40) << "of equals nobody is left out";
  EXPECT_GT(begun[1], 40);
}

TEST(WarmConversation, StaysEvenWithTheOneThatComesSecondOnTheList) {
  Town town({model("a", 1'000'000), model("b", 1'000'000)}, 0);
  Talk talk("b's");
  talk.ask("One?");
  Turn first;
  (void)town.plan_for(talk, first.record);
  first.asked = 1;
  town.answer(first);
  talk.hear("1.");
  talk.ask("Two?");
  const auto second = town.ask(talk);
  EXPECT_EQ(second.asked, 1u);
  EXPECT_GT(told(second.record, "b"), 1100u);
  EXPECT_EQ(told(second.record, "a"), 0u);
  EXPECT_THAT(describe(second.record), testing::HasSubstr("\"cached_tokens\":"));
}

TEST(WarmConversation, GoesWhenItsProviderCannotBeAskedAndComesBack) {
  Town town({model("a", 1'000'000), model("b", 1'000'000)}, 0);
  Talk talk("one");
  const auto next = [&] {
    talk.ask("And?");
    const auto asked = town.ask(talk).asked;
    talk.hear("So.");
    town.now += seconds(5);
    return asked;
  };
  EXPECT_EQ(next(), 0u);
  EXPECT_EQ(next(), 0u);
  town.health().force_provider(0, health::Forced::open, town.now);
  EXPECT_EQ(next(), 1u);
  EXPECT_EQ(next(), 1u);
  town.health().end_force_of_provider(0, town.now);
  EXPECT_EQ(next(), 1u) << "more of it is remembered there by now";
}

TEST(WarmConversation, GoesWhereItIsCheaperAllTheSame) {
  Town town({model("cheap", 100'000), model("dear", 2'500'000)}, 0);
  Talk talk("one");
  talk.ask("One?");
  Turn first;
  (void)town.plan_for(talk, first.record);
  first.asked = 1;
  town.answer(first);
  talk.hear("1.");
  talk.ask("Two?");
  EXPECT_EQ(town.ask(talk).asked, 0u);
}

TEST(WarmConversation, IsForgottenInTime) {
  Town town({model("a", 1'000'000), model("b", 1'000'000)}, 0);
  Talk talk("one");
  talk.ask("One?");
  town.ask(talk);
  talk.hear("1.");
  talk.ask("Two?");
  RequestRecord soon, late;
  (void)town.plan_for(talk, soon);
  town.now += minutes(5);
  (void)town.plan_for(talk, late);
  EXPECT_GT(told(soon, "a"), 0u);
  EXPECT_EQ(told(late, "a"), 0u);
}

TEST(WarmConversation, IsBelievedUntilAnAnswerSaysOtherwise) {
  Town town({model("a", 1'000'000), model("b", 3'000'000)}, 0);
  Talk talk("one");
  talk.ask("One?");
  town.ask(talk);
  talk.hear("1.");
  town.forget(0);
  talk.ask("Two?");
  EXPECT_GT(told(town.ask(talk).record, "a"), 0u);
  talk.hear("2.");
  talk.ask("Three?");
  RequestRecord after;
  (void)town.plan_for(talk, after);
  EXPECT_EQ(told(after, "a"), 0u) << "the provider read nothing, so nothing is expected";
}

TEST(WarmConversation, CostsLessThanOneThatIsSentToAndFro) {
  Town town({model("a", 1'000'000), model("b", 1'000'000)});
  Town other({model("a", 1'000'000), model("b", 1'000'000)});
  Talk talk("one");
  for (std::size_t turn = 0; turn < 10; ++turn) {
    talk.ask("Question " + std::to_string(turn) + std::string(2000, 'q'));
    town.ask(talk);
    Turn alternating;
    (void)other.plan_for(talk, alternating.record);
    alternating.asked = turn % 2;
    other.answer(alternating);
    talk.hear("Answer.");
    town.now += seconds(20);
    other.now += seconds(20);
  }
  EXPECT_LT(town.spent, other.spent);
}

TEST(WarmConversation, IsNotLookedAtWhenItIsShort) {
  Town town({model("a", 1'000'000)});
  Talk talk("one");
  talk.ask("One?");
  RequestRecord record, short_one;
  (void)town.plan_for(talk, record);
  EXPECT_TRUE(record.prompt);
  EXPECT_EQ(record.candidates.at(0).cached_tokens, 0u);
  (void)town.plan_for(Talk("nobody", 100), short_one);
  EXPECT_FALSE(short_one.prompt);
  EXPECT_FALSE(short_one.candidates.at(0).cached_tokens);
}

}  // namespace headgate::gateway
