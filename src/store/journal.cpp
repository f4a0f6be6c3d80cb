#include "journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "journal_entry.hpp"
#include "private_file.hpp"
#include "row_bytes.hpp"

namespace headgate::store {
namespace {

using core::Code;
using core::Error;
using core::Result;

// A half is this mark and then entries. Its last byte is the version.
constexpr std::string_view mark("HGLEDGR\1", 8), no_mark("\0\0\0\0\0\0\0\0", 8);

constexpr std::size_t max_file = 256u << 20;

}  // namespace

Journal::Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

void Journal::Unmap::operator()(char* bytes) const { ::munmap(bytes, size); }

Error Journal::error(const std::string& what) const {
  return Error(Code::internal_error, file_ + " " + what + ": " + std::strerror(errno) + ".");
}

Result<Journal> Journal::open(std::string file) {
  if (auto made = make_private_file(file); !made) return std::move(made).error();
  Journal journal(file, Descriptor(::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW)));
  if (journal.descriptor_.number() < 0) return journal.error("cannot be opened");
  if (::flock(journal.descriptor_.number(), LOCK_EX | LOCK_NB) == 0) return journal;
  if (errno != EWOULDBLOCK) return journal.error("cannot be locked");
  return Error(Code::internal_error,
               file + " is in use by another daemon. Stop that one, or set another data_dir for this one.");
}

Result<Journal::Left> Journal::left(std::uint64_t committed) const {
  struct stat found {};
  if (::fstat(descriptor_.number(), &found) != 0) return error("cannot be read");
  const auto size = static_cast<std::size_t>(found.st_size);
  if (size > max_file) return Error(Code::internal_error, file_ + " is too large to be a journal. Move it away.");
  std::string bytes(size, '\0');
  if (::pread(descriptor_.number(), bytes.data(), size, 0) != found.st_size) return error("cannot be read");

  std::vector<JournalEntry> entries;
  for (const auto half : {std::string_view(bytes).substr(0, size / 2), std::string_view(bytes).substr(size / 2)}) {
    if (half.empty() || half.starts_with(no_mark)) continue;
    if (!half.starts_with(mark))
      return Error(Code::internal_error, file_ +
                                             " was written by another release, or is no journal. Start the release "
                                             "that wrote it once, or move it away: rows in it are lost then.");
    read_entries(half.substr(mark.size()), entries);
  }
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
  Left left{{}, committed};
  for (auto& [sequence, row] : entries) {
    if (sequence <= left.last) continue;
    left.last = sequence;
    left.rows.push_back(std::move(row));
  }
  return left;
}

Result<void> Journal::start(std::size_t size, std::uint64_t last) {
  const int file = descriptor_.number();
  size = size / 16 * 16;
  struct stat found {};
  // Nothing in it is needed any more, and what was written for another size must not be read as of this one.
  if (::fstat(file, &found) != 0) return error("cannot be read");
  const auto wanted = static_cast<off_t>(size);
  if (found.st_size != wanted && (::ftruncate(file, 0) != 0 || ::ftruncate(file, wanted) != 0))
    return error("cannot be given its size");
  if (errno = ::posix_fallocate(file, 0, wanted); errno != 0) return error("cannot have its room");
  void* mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (mapped == MAP_FAILED) return error("cannot be mapped into memory");
  bytes_ = {static_cast<char*>(mapped), Unmap{size}};
  half_size_ = size / 2;
  for (const auto which : {0u, 1u}) {
    end_entries(half(which) + mark.size());
    std::memcpy(half(which), mark.data(), mark.size());
  }
  end_ = batch_end_ = mark.size();
  last_ = end_of_batch_ = last;
  return {};
}

bool Journal::append(const budget::LedgerRowView& row) {
  const auto row_size = encoded_size(row), size = entry_size(row_size);
  // Once full it stays so, and takes no smaller row either: what is there has no gaps.
  full_ = full_ || size + entry_end > half_size_ - end_;
  if (full_) return false;
  write_entry(++last_, row, row_size, half(gathering_) + end_);
  end_ += size;
  return true;
}

void Journal::turn() {
  gathering_ = 1 - gathering_;
  batch_end_ = std::exchange(end_, mark.size());
  full_ = false;
  end_of_batch_ = last_;
}

std::string_view Journal::batch() const { return {half(1 - gathering_) + mark.size(), batch_end_ - mark.size()}; }

void Journal::free_batch() { end_entries(half(1 - gathering_) + mark.size()); }

}  // namespace headgate::store
