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

constexpr std::size_t word_size = 8;

// Finds what was torn, not what was forged.
std::uint64_t check_of(std::uint64_t sequence, std::string_view row) {
  std::uint64_t sum = sequence ^ row.size();
  const auto add = [&](std::size_t size) {
    std::uint64_t word = 0;
    std::memcpy(&word, row.data(), size);
    sum = (std::rotl(sum, 5) ^ word) * 0x9e3779b97f4a7c15;
    row.remove_prefix(size);
  };
  while (row.size() >= word_size) add(word_size);
  if (!row.empty()) add(row.size());
  return sum ^ sum >> 32;
}

// The compiler must leave stores in their order: a killed process has done all of them up to some point.
void set_size(char* entry, std::size_t size) {
  std::atomic_ref(*reinterpret_cast<std::uint32_t*>(entry))
      .store(static_cast<std::uint32_t>(size), std::memory_order_release);
}

}  // namespace

std::size_t entry_size(std::size_t row) { return sizeof(Head) + (row + word_size - 1) / word_size * word_size; }

void write_entry(std::uint64_t sequence, const budget::LedgerRowView& row, std::size_t size, char* to) {
  encode(row, to + sizeof(Head));
  const Head head{0, 0, sequence, check_of(sequence, {to + sizeof(Head), size})};
  std::memcpy(to, &head, sizeof head);
  end_entries(to + entry_size(size));
  set_size(to, size);
}

void end_entries(char* at) { set_size(at, 0); }

std::optional<EncodedRow> take_entry(std::string_view& entries) {
  Head head{};
  if (entries.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, entries.data(), sizeof head);
  if (head.size == 0 || head.size > entries.size() - sizeof head) return std::nullopt;
  const auto bytes = entries.substr(sizeof head, head.size);
  if (check_of(head.sequence, bytes) != head.check) return std::nullopt;
  entries.remove_prefix(std::min(entry_size(head.size), entries.size()));
  return EncodedRow{head.sequence, bytes};
}

void read_entries(std::string_view bytes, std::vector<JournalEntry>& entries) {
  while (const auto entry = take_entry(bytes)) {
    auto row = decode(entry->bytes);
    if (!row) return;
    entries.push_back({entry->sequence, std::move(*row)});
  }
}

}  // namespace headgate::store
