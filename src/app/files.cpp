#include "files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace headgate::app {
namespace {

using core::Code;
using core::Error;

// Closes what it holds. Value, move-less.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int operator*() const { return number_; }

 private:
  int number_;
};

Error failed(const std::string& what, const std::string& path) {
  return Error(Code::internal_error, what + " " + path + ": " + std::strerror(errno));
}

}  // namespace

core::Result<std::optional<std::string>> read_file(const std::string& path, std::size_t limit, bool is_private) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (*file < 0 && errno == ENOENT) return std::optional<std::string>();
  if (*file < 0) return failed("cannot read", path);
  struct stat about {};
  if (::fstat(*file, &about) != 0) return failed("cannot read", path);
  if (is_private && (about.st_mode & 077) != 0)
    return Error(Code::internal_error, path + " can be read by others. Run: chmod 600 " + path);
  std::string text;
  char piece[4096];
  for (;;) {
    const auto size = ::read(*file, piece, sizeof piece);
    if (size < 0) return failed("cannot read", path);
    if (size == 0) return std::optional<std::string>(std::move(text));
    text.append(piece, static_cast<std::size_t>(size));
    if (text.size() > limit)
      return Error(Code::internal_error, path + " is larger than " + std::to_string(limit) + " bytes");
  }
}

core::Result<void> replace_file(const std::string& path, std::string_view text) {
  const std::string fresh = path + ".new";
  {
    const Descriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (*file < 0) return failed("cannot write", fresh);
    while (!text.empty()) {
      const auto size = ::write(*file, text.data(), text.size());
      if (size < 0) return failed("cannot write", fresh);
      text.remove_prefix(static_cast<std::size_t>(size));
    }
    if (::fsync(*file) != 0) return failed("cannot write", fresh);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot replace", path);
  const auto folder = std::filesystem::path(path).parent_path().string();
  const Descriptor directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (*directory >= 0) ::fsync(*directory);
  return {};
}

core::Result<void> make_directory(const std::string& path) {
  std::error_code error;
  if (std::filesystem::create_directories(path, error); error)
    return Error(Code::internal_error, "cannot make " + path + ": " + error.message());
  return {};
}

core::Result<FileLock> FileLock::take(const std::string& path) {
  FileLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) return failed("cannot open", path);
  while (::flock(lock.descriptor_, LOCK_EX) != 0)
    if (errno != EINTR) return failed("cannot lock", path);
  return lock;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string file_mark(const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) return {};
  return std::to_string(about.st_ino) + " " + std::to_string(about.st_size) + " " +
         std::to_string(about.st_mtim.tv_sec) + "." + std::to_string(about.st_mtim.tv_nsec);
}

}  // namespace headgate::app
