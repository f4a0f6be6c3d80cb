// The budgets and all that is reserved and spent against them. Before an attempt its worst cost is
// reserved in every budget concerned, or in none; afterwards what it really cost is settled, once,
// on every path.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "headgate/budget/ledger_row.hpp"
#include "headgate/budget/settings.hpp"
#include "headgate/budget/tally.hpp"

namespace headgate::budget {

class Accounts;
class Book;

struct Ask {
  std::optional<core::Money> worst_case;  // none: the price is not known
  bool cheapest = false;                  // no cheaper candidate is left: soft limits let it pass
};

// What routing needs to know of the budgets a candidate would be charged to.
struct Standing {
  double used = 0;                    // the highest share spent or reserved; may pass 1
  bool exhausted = false;             // some hard limit is reached
  bool degraded = false;              // some soft limit is reached
  std::optional<double> over_target;  // the highest cost per success next to its target; 1: on target
};

// One budget, for metrics and the admin surface.
struct State {
  std::string name;
  core::Money limit, reserved;
  Tally tally;  // of its window
  double used_ratio = 0;
  std::optional<core::Duration> until_room;     // while it is spent
  std::optional<core::Money> cost_per_success;  // of the scheduler's window
  std::optional<core::Money> target_cost_per_success;
};

struct Lease {
  std::uint32_t slot = 0, generation = 0;
};

// Worker-confined. Whoever destroys it without settling charges what was noted so far.
class Reservation {
 public:
  Reservation() = default;
  Reservation(Book& book, Lease lease) : book_(&book), lease_(lease) {}
  Reservation(Reservation&& other) noexcept;
  Reservation& operator=(Reservation&& other) noexcept;
  ~Reservation() { abandon(); }

  explicit operator bool() const { return book_ != nullptr; }
  // While the answer is still being read: keeps the reservation from expiring.
  void extend(Now now);
  // What is known to have been spent, in case nobody comes to settle.
  void note(core::Money cost) { noted_ = cost; }
  // Both end the reservation; on one that has ended they do nothing. Settled is the very row that
  // goes to the ledger, so that counters and rows agree.
  void settle(const LedgerRowView& row, core::TimePoint now);
  void release();  // nothing was sent, nothing is counted

 private:
  void abandon();

  Book* book_ = nullptr;
  Lease lease_;
  std::optional<core::Money> noted_;
};

// Shared. Must outlive its reservations.
class Book {
 public:
  explicit Book(Settings settings);
  ~Book();

  // Errors: budget_exceeded (retry says whether another candidate may be admitted), overloaded.
  core::Result<Reservation> reserve(const Charge& charge, const Ask& ask, Now now);
  Standing standing(const Charge& charge, Now now);
  std::vector<State> states(Now now);
  // Gives back what leases that ran out had reserved, and says how many those were. reserve() does so
  // too when it finds no room.
  std::size_t expire(Now now);
  // Not yet settled.
  std::size_t open_reservations();

  // The rows since `needed_since`, told in order, then `finish_restoring`. Only budgets that were
  // not counting yet take them; after a reload, only rows older than it.
  core::WallTime needed_since(Now now);
  void restore(const LedgerRowView& row, Now now);
  void finish_restoring();
  // A reload. Budgets of the same name, scope and window go on counting; true: others are new, and
  // want restoring.
  bool apply(Settings settings, Now now);

 private:
  friend class Reservation;
  void settle(Lease lease, const LedgerRowView& row, core::TimePoint now);
  void release(Lease lease);
  void extend(Lease lease, Now now);
  void abandon(Lease lease, std::optional<core::Money> noted);

  std::mutex mutex_;
  std::unique_ptr<Accounts> accounts_;
};

}  // namespace headgate::budget
