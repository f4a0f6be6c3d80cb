#include "private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace headgate::store {

using core::Code;
using core::Error;

// A database is never opened here while a connection to it exists: closing any descriptor of a file
// drops all of the process's POSIX locks on it.
core::Result<void> make_private_file(const std::string& file) {
  const int made = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) {
    ::close(made);
    return {};
  }
  if (errno != EEXIST) return Error(Code::internal_error, file + " cannot be made: " + std::strerror(errno) + ".");
  struct stat found {};
  if (::lstat(file.c_str(), &found) != 0 || !S_ISREG(found.st_mode))
    return Error(Code::internal_error, file + " is not a plain file. Move it away.");
  if ((found.st_mode & 077) != 0)
    return Error(Code::internal_error, file + " is open to other users. Run `chmod 600 " + file + "`.");
  return {};
}

}  // namespace headgate::store
