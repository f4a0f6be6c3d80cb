// Rows that wait for their commit, in a file that is mapped into memory: written without a system call,
// and still there when the process was killed. Two halves take turns. One gathers rows while those of
// the other are committed, so a few pages are used again and again.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "headgate/budget/ledger_row.hpp"
#include "headgate/core/result.hpp"

namespace headgate::store {

// For one thread at a time, but that one may free the batch while another appends.
class Journal {
 public:
  // Takes the file for this process alone, making it when there is none. Errors: another process has
  // it, it is open to other users.
  static core::Result<Journal> open(std::string file);

  struct Left {
    std::vector<budget::LedgerRow> rows;  // the oldest first
    std::uint64_t last = 0;               // the sequence number to go on from
  };
  // What an earlier process could not commit: its rows with numbers above `committed`. An entry that
  // is torn ends its half. Error: of another release.
  core::Result<Left> left(std::uint64_t committed) const;
  // Empties it, and takes up its whole size: a page that the disk has no room for would end the
  // process when it is written. Before all that follows.
  core::Result<void> start(std::size_t size, std::uint64_t last);

  // The row is well-formed. False: no room before the next turn.
  bool append(const budget::LedgerRowView& row);
  // What was appended is the batch now; the one before has been freed.
  void turn();
  // Its entries, which stay where they are until it is freed.
  std::string_view batch() const;
  // The sequence number of its last row.
  std::uint64_t end_of_batch() const { return end_of_batch_; }
  void free_batch();

 private:
  class Descriptor {
   public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor();
    int number() const { return number_; }

   private:
    int number_;
  };
  struct Unmap {
    std::size_t size;
    void operator()(char* bytes) const;
  };

  Journal(std::string file, Descriptor descriptor) : file_(std::move(file)), descriptor_(std::move(descriptor)) {}
  core::Error error(const std::string& what) const;
  char* half(unsigned which) const { return bytes_.get() + which * half_size_; }

  std::string file_;
  Descriptor descriptor_;
  std::unique_ptr<char, Unmap> bytes_;
  std::size_t half_size_ = 0;
  unsigned gathering_ = 0;  // the half that takes rows
  std::size_t end_ = 0;     // of its entries
  std::size_t batch_end_ = 0;
  bool full_ = false;
  std::uint64_t last_ = 0, end_of_batch_ = 0;
};

}  // namespace headgate::store
