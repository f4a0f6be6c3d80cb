#include "accounts.hpp"

#include <algorithm>
#include <stdexcept>

namespace headgate::budget {
namespace {

using core::Code;
using core::Error;
using core::Money;

// A wall clock that steps back this far after a restart still finds the period it returns to.
constexpr auto clock_step = std::chrono::hours(2);

// Configuration says so with line and column; who comes past it has a bug.
void check(const Settings& settings) {
  if (settings.budgets.size() > max_budgets) throw std::invalid_argument("more budgets than max_budgets");
}

double ratio(Money part, Money whole) {
  if (whole <= Money()) return 1;
  return part.in_dollars() / whole.in_dollars();
}

}  // namespace

Accounts::Accounts(Settings settings) : settings_(std::move(settings)) {
  check(settings_);
  for (const auto& budget : settings_.budgets) entries_.push_back({Account(budget, settings_.scheduler_window)});
  file();
}

void Accounts::file() {
  directory_ = {};
  for (std::size_t i = 0; i < entries_.size(); ++i)
    directory_.add(static_cast<AccountIndex>(i), entries_[i].account.budget().scope);
}

bool Accounts::find(const Charge& charge, Concerned& out) const {
  bool fits = true;
  directory_.candidates(charge, [&](AccountIndex index) {
    if (entries_[index].account.budget().scope.covers(charge)) fits = out.add(index) && fits;
  });
  return fits;
}

Account* Accounts::first_without_room(const Concerned& concerned, const Ask& ask, Now now) {
  for (const auto index : concerned) {
    Account& each = account(index);
    const Budget& budget = each.budget();
    if (!ask.worst_case && budget.unpriced == Unpriced::refuse) return &each;
    if (budget.on_exhausted == OnExhausted::degrade && ask.cheapest) continue;
    if (!each.has_room(ask.worst_case, now)) return &each;
  }
  return nullptr;
}

Error Accounts::refusal(Account& full, const Ask& ask, Now now) {
  if (ask.worst_case || full.budget().unpriced == Unpriced::allow) return full.refusal(ask.worst_case, now);
  return Error(Code::budget_exceeded, "The budget \"" + full.budget().name +
                                          "\" refuses models without a known price. Name another model, or ask for its "
                                          "price to be set.")
      .with_retry(core::Retry::next_target);
}

core::Result<Lease> Accounts::reserve(const Charge& charge, const Ask& ask, Now now) {
  latest_ = now;
  Concerned concerned;
  if (!find(charge, concerned))
    return Error(Code::internal_error, "More than " + std::to_string(max_concerned) +
                                           " budgets concern this request. Set fewer that overlap.");
  auto* full = first_without_room(concerned, ask, now);
  if (full != nullptr && expire(now) > 0) full = first_without_room(concerned, ask, now);
  if (full != nullptr) return refusal(*full, ask, now);
  if (free_.empty() && leases_.size() >= settings_.max_reservations)
    return Error(Code::overloaded, "Too many requests have money reserved. Send it again later.");
  return open(concerned, std::max(Money(), ask.worst_case.value_or(Money())), now);
}

Lease Accounts::open(const Concerned& concerned, Money worst, Now now) {
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(leases_.size()));
    leases_.emplace_back();
    if (free_.capacity() < leases_.size()) free_.reserve(2 * leases_.size());
  }
  const auto slot = free_.back();
  free_.pop_back();
  Held& held = leases_[slot];
  held.concerned = concerned;
  held.worst = worst;
  held.deadline = core::after(now.steady, settings_.lease);
  held.reload = reloads_;
  held.open = true;
  held.expired = false;
  next_expiry_ = std::min(next_expiry_, held.deadline);
  for (const auto index : concerned) account(index).hold(worst);
  return {slot, held.generation};
}

Accounts::Held* Accounts::held(Lease lease) {
  if (lease.slot >= leases_.size()) return nullptr;
  Held& held = leases_[lease.slot];
  return held.open && held.generation == lease.generation ? &held : nullptr;
}

void Accounts::give_back(Held& held) {
  if (held.expired) return;
  for (const auto index : held.concerned) account(index).give_back(held.worst);
}

void Accounts::close(Held& held, Lease lease) {
  give_back(held);
  held.open = false;
  ++held.generation;
  free_.push_back(lease.slot);
}

void Accounts::extend(Lease lease, Now now) {
  latest_ = now;
  Held* found = held(lease);
  if (found == nullptr) return;
  found->deadline = core::after(now.steady, settings_.lease);
  next_expiry_ = std::min(next_expiry_, found->deadline);
  if (!found->expired) return;
  // Still alive after all. Its money may have gone to others meanwhile; it spends it all the same.
  found->expired = false;
  for (const auto index : found->concerned) account(index).hold(found->worst);
}

void Accounts::settle(Lease lease, const LedgerRowView& row, core::TimePoint now) {
  latest_ = {now, row.time};
  Held* found = held(lease);
  if (found == nullptr) return;
  Concerned concerned = found->concerned;
  // Budgets that a reload has brought since count it too.
  if (found->reload != reloads_) (void)find(row.charge(), concerned);
  for (const auto index : concerned) account(index).add(row.tally(), latest_);
  close(*found, lease);
}

void Accounts::abandon(Lease lease, std::optional<Money> noted) {
  Held* found = held(lease);
  if (found == nullptr) return;
  if (noted)
    for (const auto index : found->concerned) account(index).add(tally_of(noted, false), latest_);
  close(*found, lease);
}

void Accounts::release(Lease lease) {
  if (Held* found = held(lease); found != nullptr) close(*found, lease);
}

std::size_t Accounts::expire(Now now) {
  if (now.steady < next_expiry_) return 0;
  std::size_t count = 0;
  next_expiry_ = core::no_deadline;
  for (auto& held : leases_) {
    if (!held.open || held.expired) continue;
    if (held.deadline > now.steady) {
      next_expiry_ = std::min(next_expiry_, held.deadline);
      continue;
    }
    give_back(held);
    held.expired = true;
    ++count;
  }
  return count;
}

Standing Accounts::standing(const Charge& charge, Now now) {
  Standing standing;
  Concerned concerned;
  if (!find(charge, concerned)) standing.exhausted = true;
  for (const auto index : concerned) {
    Account& each = account(index);
    standing.used = std::max(standing.used, ratio(each.spent(now).spent + each.reserved(), each.budget().limit));
    if (each.is_full(now))
      (each.budget().on_exhausted == OnExhausted::refuse ? standing.exhausted : standing.degraded) = true;
    if (const auto over = each.over_target(now))
      standing.over_target = std::max(standing.over_target.value_or(0), *over);
  }
  return standing;
}

std::vector<State> Accounts::states(Now now) {
  std::vector<State> states;
  for (auto& [account, counting, since] : entries_) {
    const Budget& budget = account.budget();
    const Tally& recent = account.recent(now);
    State state{budget.name,
                budget.limit,
                account.reserved(),
                account.spent(now),
                0,
                account.until_room(now),
                {},
                budget.target_cost_per_success};
    state.used_ratio = ratio(state.tally.spent, budget.limit);
    if (const auto successes = recent.priced_successes(); successes > 0)
      state.cost_per_success = Money::picodollars(recent.spent.in_picodollars() / successes);
    states.push_back(std::move(state));
  }
  return states;
}

core::WallTime Accounts::needed_since(Now now) const {
  core::WallTime since = now.wall;
  for (const auto& entry : entries_) {
    if (entry.counting) continue;
    const Window& window = entry.account.budget().window;
    if (const auto* sliding = std::get_if<SlidingWindow>(&window)) {
      since = std::min(since, now.wall - sliding->length);
    } else {
      const auto& calendar = std::get<CalendarWindow>(window);
      const auto second = std::chrono::floor<std::chrono::seconds>(now.wall - clock_step);
      since = std::min<core::WallTime>(
          since, period_at(calendar.zone ? *calendar.zone : Zone(), calendar.period, second).begin);
    }
  }
  return since;
}

void Accounts::restore(const LedgerRowView& row, Now now) {
  Concerned concerned;
  if (!find(row.charge(), concerned)) return;
  // A row from the future, left by a clock that was stepped back, counts as new.
  const auto age = std::max<core::Duration>(core::Duration::zero(), now.wall - row.time);
  const Now then{now.steady - age, row.time};
  for (const auto index : concerned) {
    Entry& entry = entries_[index];
    if (!entry.counting && row.time < entry.live_since) entry.account.add(row.tally(), then);
  }
}

void Accounts::finish_restoring() {
  for (auto& entry : entries_) entry.counting = true;
}

bool Accounts::apply(Settings settings, Now now) {
  check(settings);
  constexpr auto gone = static_cast<AccountIndex>(-1);
  std::vector<Entry> entries;
  std::vector<AccountIndex> moved(entries_.size(), gone);
  bool wants_restoring = false;
  for (const auto& budget : settings.budgets) {
    const auto same = std::find_if(entries_.begin(), entries_.end(),
                                   [&](const Entry& entry) { return entry.account.continues(budget); });
    if (same != entries_.end() && moved[static_cast<std::size_t>(same - entries_.begin())] == gone) {
      moved[static_cast<std::size_t>(same - entries_.begin())] = static_cast<AccountIndex>(entries.size());
      entries.push_back(*same);
      entries.back().account.adopt(budget, settings.scheduler_window);
    } else {
      entries.push_back({Account(budget, settings.scheduler_window), false, now.wall});
      wants_restoring = true;
    }
  }
  for (auto& held : leases_) {
    Concerned kept;
    for (const auto index : held.concerned)
      if (moved[index] != gone) kept.add(moved[index]);
    held.concerned = kept;
  }
  entries_ = std::move(entries);
  settings_ = std::move(settings);
  ++reloads_;
  file();
  return wants_restoring;
}

}  // namespace headgate::budget
