#include "headgate/budget/track_record.hpp"

#include <cmath>

namespace headgate::budget {
namespace {

using core::Money;

constexpr double windows_to_half = 12;  // of what scores weigh, while nobody asks the model
// Of each model so many answers of the usual length are presumed, or what is usual would drift.
constexpr double prior_answers = 10;

Money rounded(double picodollars) {
  if (picodollars >= static_cast<double>(Money::most().in_picodollars())) return Money::most();
  return Money::picodollars(std::llround(picodollars));
}

core::Tokens rounded_tokens(double tokens) { return static_cast<core::Tokens>(std::llround(tokens)); }

double picodollars(Money money) { return static_cast<double>(money.in_picodollars()); }

// A verbose model must not make long answers the usual ones.
void learn(TrackRecord& record, UsualLengths& usual, const Observation& seen, core::TimePoint now) {
  record.add(now, seen, usual.of(seen.input_tokens));
  if (!seen.success || !seen.output_tokens) return;
  const auto lengths = record.lengths(now);
  const double verbosity =
      (lengths.verbosity() * lengths.answers() + prior_answers) / (lengths.answers() + prior_answers);
  usual.add(seen.input_tokens, static_cast<double>(*seen.output_tokens) / verbosity);
}

void expect(Figures& figures, const Lengths& lengths, std::optional<double> usual) {
  if (usual) figures.output_tokens = rounded_tokens(*usual * lengths.verbosity());
  if (lengths.answers() > 0) figures.reasoning_tokens = rounded_tokens(lengths.reasoning());
  figures.answers = lengths.answers();
}

}  // namespace

void CostPerSuccess::add(core::TimePoint now, const Observation& seen) {
  Tally tally = tally_of(seen.cost, seen.success);
  if (seen.success && seen.cost && seen.list_price) tally.listed = *seen.list_price;
  tally_.add(now, tally);
}

std::optional<Money> CostPerSuccess::estimate(core::TimePoint now, std::optional<Money> expected) {
  const Tally& tally = total(now);
  const double successes = tally.priced_successes();
  if (expected)
    return rounded((picodollars(tally.spent) + prior_weight * picodollars(*expected)) / (successes + prior_weight));
  if (successes == 0) return std::nullopt;
  return rounded(picodollars(tally.spent) / successes);
}

double CostPerSuccess::overrun(core::TimePoint now, const Expectation& expected) {
  const Tally& tally = total(now);
  const double listed = picodollars(tally.listed);
  // The expectation weighs as much as some answers of the usual size.
  const double usual = tally.listed > Money() ? listed / tally.priced_successes()
                       : expected.list_price  ? picodollars(*expected.list_price)
                                              : 0;
  const double prior = prior_weight * usual;
  if (listed + prior <= 0) return expected.overrun;
  return (picodollars(tally.spent) + prior * expected.overrun) / (listed + prior);
}

double CostPerSuccess::success_rate(core::TimePoint now, double expected) {
  const Tally& tally = total(now);
  return (tally.successes + prior_weight * expected) / (tally.attempts + prior_weight);
}

void TrackRecord::add(core::TimePoint now, const Observation& seen, std::optional<double> usual) {
  cost_.add(now, seen);
  for (auto* mean : {&feedback_, &flaws_, &json_flaws_}) mean->fade(left_of_scores(now));
  lengths_.fade(left_of_lengths(now));
  note(seen.impression);
  // What was fast before a long silence says nothing.
  if (last_seen_ != core::TimePoint::min() && now - last_seen_ > window_)
    for (auto* mean : {&first_token_, &tokens_per_second_}) mean->clear();
  last_seen_ = std::max(last_seen_, now);
  if (seen.first_token) first_token_.add(std::chrono::duration<double>(*seen.first_token).count());
  if (seen.tokens_per_second) tokens_per_second_.add(*seen.tokens_per_second);
  if (!seen.success || !seen.output_tokens) return;
  const auto output = static_cast<double>(*seen.output_tokens);
  lengths_.add(output, static_cast<double>(seen.reasoning_tokens.value_or(0)), usual.value_or(output));
}

void TrackRecord::note(const Impression& seen) {
  const double weight = seen.signal ? weight_of(*seen.signal) : 0;
  const bool is_of_json = seen.signal == Signal::invalid_json;
  if (seen.answered) flaws_.add(is_of_json ? 0 : weight);
  if (seen.judged_json) json_flaws_.add(is_of_json ? weight : 0);
}

void TrackRecord::take_back(Signal signal) {
  (signal == Signal::invalid_json ? json_flaws_ : flaws_).take_back(weight_of(signal));
}

Flaws TrackRecord::flaws_of(const RecentMean& mean, core::TimePoint now) const {
  return {mean.value().value_or(0), static_cast<std::uint32_t>(std::lround(mean.weight() * left_of_scores(now)))};
}

// After the silence until now; a short one changes nothing.
double TrackRecord::left_of_scores(core::TimePoint now) const {
  if (last_seen_ == core::TimePoint::min() || now - last_seen_ <= window_) return 1;
  const double windows = std::chrono::duration<double>(now - last_seen_) / window_;
  return std::exp2(-windows / windows_to_half);
}

// A window makes them half as certain, so that of who is seldom asked the newest answers count.
double TrackRecord::left_of_lengths(core::TimePoint now) const {
  if (last_seen_ == core::TimePoint::min() || now <= last_seen_) return 1;
  return std::exp2(-(std::chrono::duration<double>(now - last_seen_) / window_));
}

Lengths TrackRecord::lengths(core::TimePoint now) const {
  auto lengths = lengths_;
  lengths.fade(left_of_lengths(now));
  return lengths;
}

Figures TrackRecord::figures(core::TimePoint now, const Expectation& expected) {
  Figures figures;
  std::optional<Money> expected_cost;
  if (expected.list_price) expected_cost = rounded(picodollars(*expected.list_price) * expected.overrun);
  figures.cost_per_success = cost_.estimate(now, expected_cost);
  figures.overrun = cost_.overrun(now, expected);
  figures.success_rate = cost_.success_rate(now, expected.success_rate);
  figures.attempts = cost_.total(now).attempts;
  figures.feedback = feedback_.value();
  figures.feedback_count = static_cast<std::uint32_t>(std::lround(feedback_.weight() * left_of_scores(now)));
  figures.flaws = flaws_of(flaws_, now);
  figures.json_flaws = flaws_of(json_flaws_, now);
  if (figures.attempts == 0) return figures;
  if (const auto seconds = first_token_.value())
    figures.first_token = std::chrono::duration_cast<core::Duration>(std::chrono::duration<double>(*seconds));
  figures.tokens_per_second = tokens_per_second_.value();
  return figures;
}

TrackRecords::TrackRecords(core::Duration window, const std::vector<std::string>& models) : window_(window) {
  for (const auto& model : models) models_.try_emplace(model, window_);
}

void TrackRecords::add(std::string_view model, std::optional<core::Capability> capability, const Observation& seen,
                       core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  const auto found = models_.find(model);
  if (found == models_.end()) return;
  learn(found->second.all, usual_, seen, now);
  if (!capability) return;
  const auto row = static_cast<std::size_t>(*capability);
  auto& record = found->second.by_capability[row];
  if (!record) record = std::make_unique<TrackRecord>(window_);
  learn(*record, usual_by_capability_[row], seen, now);
}

void TrackRecords::rate(std::string_view model, std::optional<core::Capability> capability, double score,
                        std::optional<Signal> replaced) {
  const std::lock_guard lock(mutex_);
  const auto found = models_.find(model);
  if (found == models_.end()) return;
  found->second.all.rate(score);
  if (replaced) found->second.all.take_back(*replaced);
  if (!capability) return;
  auto& record = found->second.by_capability[static_cast<std::size_t>(*capability)];
  if (!record) record = std::make_unique<TrackRecord>(window_);
  record->rate(score);
  if (replaced) record->take_back(*replaced);
}

Figures TrackRecords::figures(std::string_view model, std::optional<core::Capability> capability,
                              std::optional<core::Tokens> input_tokens, std::optional<Money> list_price,
                              core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  Expectation expected;
  expected.list_price = list_price;
  const auto found = models_.find(model);
  if (found == models_.end()) return TrackRecord(window_).figures(now, expected);
  auto whole = found->second.all.figures(now, expected);
  const auto lengths = found->second.all.lengths(now);
  expect(whole, lengths, usual_.of(input_tokens));
  if (!capability) return whole;
  const auto row = static_cast<std::size_t>(*capability);
  const auto& record = found->second.by_capability[row];
  expected.overrun = whole.overrun;
  expected.success_rate = whole.success_rate;
  auto figures = record ? record->figures(now, expected) : TrackRecord(window_).figures(now, expected);
  const auto own = record ? record->lengths(now) : Lengths();
  expect(figures, own.answers() > 0 ? own : lengths, usual_by_capability_[row].of(input_tokens));
  if (!figures.first_token) figures.first_token = whole.first_token;
  if (!figures.tokens_per_second) figures.tokens_per_second = whole.tokens_per_second;
  if (!figures.output_tokens) figures.output_tokens = whole.output_tokens;
  if (!figures.feedback) {
    figures.feedback = whole.feedback;
    figures.feedback_count = whole.feedback_count;
  }
  if (figures.flaws.count == 0) figures.flaws = whole.flaws;
  if (figures.json_flaws.count == 0) figures.json_flaws = whole.json_flaws;
  return figures;
}

void TrackRecords::apply(core::Duration window, const std::vector<std::string>& models) {
  const std::lock_guard lock(mutex_);
  std::map<std::string, Model, std::less<>> next;
  for (const auto& model : models) {
    if (auto kept = models_.extract(model); kept && window == window_)
      next.insert(std::move(kept));
    else
      next.try_emplace(model, window);
  }
  models_ = std::move(next);
  window_ = window;
}

}  // namespace headgate::budget
