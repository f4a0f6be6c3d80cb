// Any bytes as a row of the ledger and as a half of its journal. And a half of good rows in which bytes are
// changed: what is read from it are the rows before the change.
#include <array>
#include <string>

#include "input.hpp"
#include "journal_entry.hpp"
#include "row_bytes.hpp"

namespace {

using namespace headgate;
using test::require;

void read_any(std::string_view text) {
  if (const auto row = store::decode(text)) {
    const auto bytes = store::encoded(*row);
    const auto again = store::decode(bytes);
    require(again && store::encoded(*again) == bytes);
  }
  std::vector<store::JournalEntry> entries;
  store::read_entries(text, entries);
  for (const auto& entry : entries) require(is_well_formed(entry.row));
}

constexpr std::size_t half_size = 1024, rows = 4;

void read_changed(const std::uint8_t* data, std::size_t count) {
  alignas(8) std::array<char, half_size> half{};
  std::array<std::size_t, rows + 1> ends{};
  for (std::size_t i = 0; i < rows; ++i) {
    budget::LedgerRow row;
    row.request_id = "request-" + std::to_string(i);
    const auto size = store::encoded_size(row);
    store::write_entry(i + 1, row, size, half.data() + ends[i]);
    ends[i + 1] = ends[i] + store::entry_size(size);
  }
  std::size_t first = ends[rows];
  for (std::size_t i = 0; i + 2 < count; i += 3) {
    const std::size_t at = (std::size_t{data[i]} * 256 + data[i + 1]) % ends[rows];
    if (half[at] == static_cast<char>(data[i + 2])) continue;
    half[at] = static_cast<char>(data[i + 2]);
    first = std::min(first, at);
  }
  std::vector<store::JournalEntry> entries;
  store::read_entries({half.data(), half.size()}, entries);
  for (std::size_t i = 0; i < rows && ends[i + 1] <= first; ++i)
    require(entries.size() > i && entries[i].row.request_id == "request-" + std::to_string(i));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_any(test::as_text(data, size));
  read_changed(data, size);
  return 0;
}
