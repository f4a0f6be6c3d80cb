#include "simulation.hpp"

#include <algorithm>
#include <deque>
#include <queue>

#include "settlement.hpp"

namespace headgate::simulation {
namespace {

using core::Duration;
using core::Money;
using core::TimePoint;
using routing::Candidate;

constexpr TimePoint beginning{std::chrono::hours(1000)};
constexpr core::WallTime wall_beginning{std::chrono::sys_days(std::chrono::year(2026) / 9 / 1)};

budget::Now both(TimePoint now) {
  return {now, wall_beginning + std::chrono::duration_cast<core::WallTime::duration>(now - beginning)};
}

struct Turn {
  Candidate candidate;
  double lot = 0;  // 0: insists
};

struct Request {
  std::uint64_t number = 0;
  const Arrival* arrival = nullptr;
  Duration came{};
  std::vector<Candidate> candidates;
  std::deque<Turn> turns;
  std::vector<Candidate> passed_over;
  unsigned attempts = 0;
  Candidate asked{};
  std::optional<health::Admission> admission;
  budget::Reservation reservation;
  Answer answer;
  TimePoint began{};
  Result result;

  std::string_view tenant() const { return core::name_of(arrival->capability); }
};

struct Event {
  enum class What : std::uint8_t { arrival, end, feedback };
  TimePoint at;
  std::uint64_t order;
  What what;
  std::uint64_t number;
  ModelIndex model;

  friend bool operator>(const Event& a, const Event& b) { return std::tie(a.at, a.order) > std::tie(b.at, b.order); }
};

budget::LedgerRow row_of(const Request& request, const routing::Model& model, Money cost, TimePoint now) {
  budget::LedgerRow row;
  row.request_id = std::to_string(request.number);
  row.time = both(now).wall;
  row.tenant = request.tenant();
  row.model = model.name;
  row.provider = model.provider;
  row.attempt = request.attempts;
  row.outcome = request.answer.ending == Ending::answered ? "ok" : "upstream_error";
  row.capability = request.arrival->capability;
  row.usage = request.answer.usage;
  row.cost = cost;
  return row;
}

class Simulation {
 public:
  Simulation(const World& world, const Trace& trace, const NamedPolicy& policy, const Options& options,
             std::uint64_t seed)
      : world_(world),
        trace_(trace),
        options_(options),
        settings_(world.settings(Phase::before)),
        measures_(settings_, options.budgets, seed, beginning),
        policy_(policy.make({world_, measures_})),
        requests_(trace.arrivals.size() * options.phases) {
    policy_->take(settings_);
  }

  Run run() && {
    for (std::uint64_t i = 0; i < requests_.size(); ++i) expect(i);
    while (!events_.empty()) {
      const auto event = events_.top();
      events_.pop();
      handle(event);
    }
    for (auto& request : requests_) run_.results.push_back(request.result);
    return std::move(run_);
  }

 private:
  void expect(std::uint64_t number) {
    auto& request = requests_[number];
    request.number = number;
    request.arrival = &trace_.arrivals[number % trace_.arrivals.size()];
    const auto replay = static_cast<Duration::rep>(number / trace_.arrivals.size());
    request.came = request.arrival->at + trace_.length * replay;
    put(beginning + request.came, Event::What::arrival, number);
  }

  void put(TimePoint at, Event::What what, std::uint64_t number, ModelIndex model = 0) {
    events_.push({at, order_++, what, number, model});
  }

  void handle(const Event& event) {
    auto& request = requests_[event.number];
    switch (event.what) {
      case Event::What::arrival: return begin(request, event.at);
      case Event::What::end: return end(request, event.at);
      case Event::What::feedback: return rate(request, event.model);
    }
  }

  void begin(Request& request, TimePoint now) {
    keep_up_with_prices(world_.phase_at(request.came));
    request.result.came = request.came;
    request.result.is_code = request.arrival->capability == core::Capability::code;
    request.candidates = policy_->order({request.number, *request.arrival, request.came, both(now), request.tenant()});
    if (request.candidates.empty()) return;
    judge_choice(request);
    for (const auto& candidate : request.candidates) {
      const bool is_last = &candidate == &request.candidates.back();
      request.turns.push_back({candidate, is_last ? 0 : lot(request, candidate)});
    }
    proceed(request, now);
  }

  double lot(const Request& request, const Candidate& candidate) const {
    return world_.draws().uniform(For::lot, request.number, candidate.model);
  }

  void keep_up_with_prices(Phase phase) {
    if (phase == phase_) return;
    phase_ = phase;
    settings_ = world_.settings(phase);
    policy_->take(settings_);
  }

  void judge_choice(Request& request) const {
    const auto& arrival = *request.arrival;
    auto& result = request.result;
    const auto is_good = [&](ModelIndex model) {
      return world_.behaviour(model, world_.phase_at(request.came)).quality(arrival.capability) >= quality_floor;
    };
    const auto chosen = request.candidates.front().model;
    result.asked_first = chosen;
    result.choice = world_.expected_cost(chosen, arrival, request.came);
    result.choice_below_floor = !is_good(chosen);
    result.best = std::numeric_limits<double>::infinity();
    for (ModelIndex model = 0; model < world_.size(); ++model)
      if (is_good(model) && !world_.is_down(model, request.came))
        result.best = std::min(result.best, world_.expected_cost(model, arrival, request.came));
  }

  // As Gateway::try_candidates: who is only just coming back may be passed over, but not for nobody.
  void proceed(Request& request, TimePoint now) {
    const auto& failover = settings_.failover;
    while (true) {
      if (request.turns.empty()) {
        if (request.passed_over.empty()) return;
        for (const auto& candidate : std::exchange(request.passed_over, {})) request.turns.push_back({candidate, 0});
      }
      const auto turn = request.turns.front();
      request.turns.pop_front();
      if (request.attempts >= failover.max_attempts || now >= beginning + request.came + failover.within) return;
      if (attempt(request, turn, now)) return;
    }
  }

  bool attempt(Request& request, const Turn& turn, TimePoint now) {
    const auto& model = settings_.models[turn.candidate.model];
    const budget::Charge charge{request.tenant(), {}, model.name, model.provider, {}};
    const bool is_cheapest =
        std::none_of(request.candidates.begin(), request.candidates.end(),
                     [&](const Candidate& other) { return *other.worst_cost < *turn.candidate.worst_cost; });
    auto reservation = reserve(charge, turn.candidate, is_cheapest, now);
    if (!reservation) return false;
    auto admitted = measures_.health.admit(turn.candidate.model, now, {request.attempts > 0, turn.lot});
    if (std::holds_alternative<health::Refusal>(admitted)) {
      reservation->release();
      const bool by_lot = turn.lot > 0 && !measures_.health.standing(turn.candidate.model, now).refusal;
      if (by_lot) request.passed_over.push_back(turn.candidate);
      return false;
    }
    request.admission.emplace(std::get<health::Admission>(std::move(admitted)));
    request.reservation = std::move(*reservation);
    request.asked = turn.candidate;
    request.began = now;
    ++request.attempts;
    request.answer = world_.ask(turn.candidate.model, request.number, *request.arrival, now - beginning);
    put(now + request.answer.total, Event::What::end, request.number);
    return true;
  }

  core::Result<budget::Reservation> reserve(const budget::Charge& charge, const Candidate& candidate, bool is_cheapest,
                                            TimePoint now) {
    if (options_.reserves) return measures_.budgets.reserve(charge, {candidate.worst_cost, is_cheapest}, both(now));
    if (measures_.budgets.standing(charge, both(now)).exhausted) return core::Error(core::Code::budget_exceeded);
    return measures_.budgets.reserve(charge, {Money(), is_cheapest}, both(now));
  }

  // As Gateway::settle.
  void end(Request& request, TimePoint now) {
    const auto& answer = request.answer;
    const bool is_answered = answer.ending == Ending::answered, is_begun = answer.ending != Ending::failed;
    const auto& model = settings_.models[request.asked.model];
    const auto cost = cost_of(answer, model);
    request.admission->settle(now, is_answered ? health::Outcome::success : health::Outcome::failure,
                              is_begun ? answer.first_token : answer.total);
    request.admission.reset();
    measures_.records.add(model.name, request.arrival->capability, observation_of(answer, model, cost), now);
    request.reservation.settle(row_of(request, model, cost, now), now);
    request.result.dollars += cost.in_dollars();
    run_.spendings.push_back({now, cost, request.result.is_code});
    if (!is_begun) return proceed(request, now);
    if (is_answered) finish(request, now);
  }

  void finish(Request& request, TimePoint now) {
    const auto& draws = world_.draws();
    const auto model = request.asked.model;
    auto& result = request.result;
    result.answered = true;
    result.usable = request.answer.usable;
    result.quality =
        world_.behaviour(model, world_.phase_at(request.began - beginning)).quality(request.arrival->capability);
    result.below_floor = result.quality < quality_floor;
    result.first_token = request.began - beginning - request.came + request.answer.first_token;
    if (draws.uniform(For::feedback, request.number) >= options_.feedback_share) return;
    const std::chrono::duration<double> delay(draws.exponential(60, For::feedback_delay, request.number));
    put(now + std::chrono::duration_cast<Duration>(delay), Event::What::feedback, request.number, model);
  }

  // One in twenty is mistaken.
  void rate(const Request& request, ModelIndex model) {
    const bool is_mistaken = world_.draws().uniform(For::feedback_error, request.number) < 0.05;
    measures_.records.rate(settings_.models[model].name, request.arrival->capability,
                           request.result.usable != is_mistaken ? 1 : 0);
  }

  const World& world_;
  const Trace& trace_;
  const Options& options_;
  routing::Settings settings_;
  Phase phase_ = Phase::before;
  Measures measures_;
  std::unique_ptr<Policy> policy_;
  std::vector<Request> requests_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t order_ = 0;
  Run run_;
};

}  // namespace

Run simulate(const World& world, const Trace& trace, const NamedPolicy& policy, const Options& options,
             std::uint64_t seed) {
  return Simulation(world, trace, policy, options, seed).run();
}

}  // namespace headgate::simulation
