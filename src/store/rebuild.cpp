#include "headgate/store/rebuild.hpp"

namespace headgate::store {

core::Result<Rebuilt> rebuild(Ledger& ledger, budget::Book& book, budget::Now now) {
  Rebuilt rebuilt;
  auto told = ledger.replay(book.needed_since(now), [&](const budget::LedgerRow& row) {
    book.restore(row, now);
    ++rebuilt.rows;
  });
  if (!told) return std::move(told).error();
  book.finish_restoring();
  const auto spend = ledger.spend({});
  if (!spend) return spend.error();
  rebuilt.total = spend->total.spent;
  return rebuilt;
}

}  // namespace headgate::store
