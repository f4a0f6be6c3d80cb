// What Book does, without its lock.
#pragma once

#include <deque>

#include "account.hpp"
#include "directory.hpp"
#include "headgate/budget/book.hpp"

namespace headgate::budget {

// Value.
class Accounts {
 public:
  explicit Accounts(Settings settings);

  core::Result<Lease> reserve(const Charge& charge, const Ask& ask, Now now);
  void extend(Lease lease, Now now);
  void settle(Lease lease, const LedgerRowView& row, core::TimePoint now);
  void release(Lease lease);
  // Nobody can say more than what was noted, or when: at the last time that anybody told.
  void abandon(Lease lease, std::optional<core::Money> noted);
  std::size_t expire(Now now);
  std::size_t open_leases() const { return leases_.size() - free_.size(); }

  Standing standing(const Charge& charge, Now now);
  std::vector<State> states(Now now);

  core::WallTime needed_since(Now now) const;
  void restore(const LedgerRowView& row, Now now);
  void finish_restoring();
  bool apply(Settings settings, Now now);

 private:
  struct Entry {
    Account account;
    bool counting = false;                              // false: rows of the ledger are still wanted
    core::WallTime live_since = core::WallTime::max();  // later rows were settled here
  };
  struct Held {
    Concerned concerned;
    core::Money worst;
    core::TimePoint deadline;
    std::uint32_t generation = 0;
    std::uint32_t reload = 0;  // which settings `concerned` was found by
    bool open = false;
    bool expired = false;  // given back, but its owner may still settle
  };

  bool find(const Charge& charge, Concerned& out) const;
  Account& account(AccountIndex index) { return entries_[index].account; }
  // None: all have room.
  Account* first_without_room(const Concerned& concerned, const Ask& ask, Now now);
  core::Error refusal(Account& full, const Ask& ask, Now now);
  Lease open(const Concerned& concerned, core::Money worst, Now now);
  Held* held(Lease lease);
  void give_back(Held& held);
  void close(Held& held, Lease lease);
  void file();

  Settings settings_;
  std::vector<Entry> entries_;
  Directory directory_;
  std::deque<Held> leases_;                          // grows without moving what is there
  std::vector<std::uint32_t> free_;                  // as large as leases_, so that nothing is allocated on the way out
  core::TimePoint next_expiry_ = core::no_deadline;  // no lease runs out before
  std::uint32_t reloads_ = 0;
  Now latest_{};
};

}  // namespace headgate::budget
