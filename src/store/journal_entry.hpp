// Entries of the journal, one behind the other: a row, its number, and what tells a whole entry from a
// torn one.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "headgate/budget/ledger_row.hpp"

namespace headgate::store {

struct JournalEntry {
  std::uint64_t sequence = 0;
  budget::LedgerRow row;
};

// What must be left behind the last entry.
inline constexpr std::size_t entry_end = 8;

// Of a well-formed row; whole words.
std::size_t entry_size(const budget::LedgerRow& row);
// `to` is aligned to words, with room for the entry and `entry_end`. Until its very last store there is no entry.
void write_entry(std::uint64_t sequence, const budget::LedgerRow& row, char* to);
// Nothing counts from here on.
void end_entries(char* at);
// Adds those before the end, or before the first that is not whole.
void read_entries(std::string_view bytes, std::vector<JournalEntry>& entries);

}  // namespace headgate::store
