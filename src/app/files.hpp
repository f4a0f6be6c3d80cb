// Small files that must never be half written or open to others.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "headgate/core/result.hpp"

namespace headgate::app {

// Empty when there is none. Error: unreadable, larger than `limit` bytes, or readable by others
// when `is_private`.
core::Result<std::optional<std::string>> read_file(const std::string& path, std::size_t limit, bool is_private);

// All or nothing, durable when it returns; mode 0600.
core::Result<void> replace_file(const std::string& path, std::string_view text);

// Makes the directory (mode 0700) when it is not there.
core::Result<void> make_directory(const std::string& path);

// Held while it lives: one writer at a time, over processes.
class FileLock {
 public:
  // Waits for its turn. Error: the file cannot be made or locked.
  static core::Result<FileLock> take(const std::string& path);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

// Changes whenever the file does; also by being replaced. Empty text: there is no file.
std::string file_mark(const std::string& path);

}  // namespace headgate::app
