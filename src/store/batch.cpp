#include "batch.hpp"

#include "journal_entry.hpp"
#include "row_bytes.hpp"

namespace headgate::store {

std::optional<budget::LedgerRowView> Batch::next() {
  while (const auto entry = take_entry(journaled_))
    if (auto row = view(entry->bytes, tags_)) return row;
  while (!loose_.empty()) {
    const std::string_view bytes = loose_.front();
    loose_ = loose_.subspan(1);
    if (auto row = view(bytes, tags_)) return row;
  }
  return std::nullopt;
}

}  // namespace headgate::store
