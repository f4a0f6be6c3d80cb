#include "journal_entry.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstring>

#include "row_bytes.hpp"

namespace headgate::store {
namespace {

struct Head {
  std::uint32_t size;  // of the row; 0: there is no entry
  std::uint32_t unused;
  std::uint64_t sequence;
  std::uint64_t check;
};

std::size_t entry_size(std::size_t row) { return sizeof(Head) + (row + 7) / 8 * 8; }

// Finds what was torn, not what was forged.
std::uint64_t check_of(std::uint64_t sequence, std::string_view row) {
  std::uint64_t sum = sequence ^ row.size();
  while (!row.empty()) {
    const auto part = std::min<std::size_t>(row.size(), 8);
    std::uint64_t word = 0;
    std::memcpy(&word, row.data(), part);
    sum = (std::rotl(sum, 5) ^ word) * 0x9e3779b97f4a7c15;
    row.remove_prefix(part);
  }
  return sum ^ sum >> 32;
}

// The compiler must leave stores in their order: a killed process has done all of them up to some point.
void set_size(char* entry, std::size_t size) {
  std::atomic_ref(*reinterpret_cast<std::uint32_t*>(entry))
      .store(static_cast<std::uint32_t>(size), std::memory_order_release);
}

}  // namespace

std::size_t entry_size(const budget::LedgerRow& row) { return entry_size(encoded_size(row)); }

void write_entry(std::uint64_t sequence, const budget::LedgerRow& row, char* to) {
  const auto size = encoded_size(row);
  encode(row, to + sizeof(Head));
  const Head head{0, 0, sequence, check_of(sequence, {to + sizeof(Head), size})};
  std::memcpy(to, &head, sizeof head);
  end_entries(to + entry_size(size));
  set_size(to, size);
}

void end_entries(char* at) { set_size(at, 0); }

void read_entries(std::string_view bytes, std::vector<JournalEntry>& entries) {
  while (bytes.size() >= sizeof(Head)) {
    Head head{};
    std::memcpy(&head, bytes.data(), sizeof head);
    if (head.size == 0 || head.size > bytes.size() - sizeof head) return;
    const auto encoded = bytes.substr(sizeof head, head.size);
    if (check_of(head.sequence, encoded) != head.check) return;
    auto row = decode(encoded);
    if (!row) return;
    entries.push_back({head.sequence, std::move(*row)});
    bytes.remove_prefix(std::min(entry_size(head.size), bytes.size()));
  }
}

}  // namespace headgate::store
