#include "headgate/budget/book.hpp"

#include "accounts.hpp"

namespace headgate::budget {

Reservation::Reservation(Reservation&& other) noexcept
    : book_(std::exchange(other.book_, nullptr)), lease_(other.lease_), noted_(other.noted_) {}

Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this == &other) return *this;
  abandon();
  book_ = std::exchange(other.book_, nullptr);
  lease_ = other.lease_;
  noted_ = other.noted_;
  return *this;
}

void Reservation::extend(Now now) {
  if (book_ != nullptr) book_->extend(lease_, now);
}

void Reservation::settle(const LedgerRowView& row, core::TimePoint now) {
  if (auto* book = std::exchange(book_, nullptr)) book->settle(lease_, row, now);
}

void Reservation::release() {
  if (auto* book = std::exchange(book_, nullptr)) book->release(lease_);
}

void Reservation::abandon() {
  if (auto* book = std::exchange(book_, nullptr)) book->abandon(lease_, noted_);
}

Book::Book(Settings settings) : accounts_(std::make_unique<Accounts>(std::move(settings))) {}
Book::~Book() = default;

core::Result<Reservation> Book::reserve(const Charge& charge, const Ask& ask, Now now) {
  const std::lock_guard lock(mutex_);
  auto lease = accounts_->reserve(charge, ask, now);
  if (!lease) return std::move(lease).error();
  return Reservation(*this, *lease);
}

void Book::settle(Lease lease, const LedgerRowView& row, core::TimePoint now) {
  const std::lock_guard lock(mutex_);
  accounts_->settle(lease, row, now);
}

void Book::release(Lease lease) {
  const std::lock_guard lock(mutex_);
  accounts_->release(lease);
}

void Book::extend(Lease lease, Now now) {
  const std::lock_guard lock(mutex_);
  accounts_->extend(lease, now);
}

void Book::abandon(Lease lease, std::optional<core::Money> noted) {
  const std::lock_guard lock(mutex_);
  accounts_->abandon(lease, noted);
}

Standing Book::standing(const Charge& charge, Now now) {
  const std::lock_guard lock(mutex_);
  return accounts_->standing(charge, now);
}

std::vector<State> Book::states(Now now) {
  const std::lock_guard lock(mutex_);
  return accounts_->states(now);
}

std::size_t Book::expire(Now now) {
  const std::lock_guard lock(mutex_);
  return accounts_->expire(now);
}

std::size_t Book::open_reservations() {
  const std::lock_guard lock(mutex_);
  return accounts_->open_leases();
}

core::WallTime Book::needed_since(Now now) {
  const std::lock_guard lock(mutex_);
  return accounts_->needed_since(now);
}

void Book::restore(const LedgerRowView& row, Now now) {
  const std::lock_guard lock(mutex_);
  accounts_->restore(row, now);
}

void Book::finish_restoring() {
  const std::lock_guard lock(mutex_);
  accounts_->finish_restoring();
}

bool Book::apply(Settings settings, Now now) {
  const std::lock_guard lock(mutex_);
  return accounts_->apply(std::move(settings), now);
}

}  // namespace headgate::budget
