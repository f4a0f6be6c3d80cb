// Entries of the journal, one behind the other: a row, its number, and what tells a whole entry from a
// torn one.
#pragma once

#include <cstdint>
#include <optional>
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

// Of a row of that many bytes; whole words.
std::size_t entry_size(std::size_t row);
// `to` is aligned to words, with room for the entry and `entry_end`. `size` is the row's, in bytes. Until its very last
// store there is no entry.
void write_entry(std::uint64_t sequence, const budget::LedgerRowView& row, std::size_t size, char* to);
// Nothing counts from here on.
void end_entries(char* at);
// The bytes of the first row, which are taken off together with its entry. None: there is no whole entry.
struct EncodedRow {
  std::uint64_t sequence = 0;
  std::string_view bytes;
};
std::optional<EncodedRow> take_entry(std::string_view& entries);
// Adds those before the end, or before the first that is not whole.
void read_entries(std::string_view bytes, std::vector<JournalEntry>& entries);

}  // namespace headgate::store
