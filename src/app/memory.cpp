#include "memory.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

namespace headgate::app {
namespace {

constexpr std::size_t worth_it = 8u << 20;  // bytes

std::size_t resident() {
  std::ifstream statm("/proc/self/statm");
  std::size_t all = 0, pages = 0;
  return statm >> all >> pages ? pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) : 0;
}

}  // namespace

void forget_start_up() {
  malloc_trim(0);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0, end = 0;
    char rights[5] = {}, file = 0;
    // Code is never written to, not even by the loader, so that nothing is lost with its pages.
    const int read = std::sscanf(line.c_str(), "%zx-%zx %4s %*s %*s %*s %c", &begin, &end, rights, &file);
    if (read == 4 && file == '/' && std::string_view(rights) == "r-xp")
      madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
  }
}

void IdleMemory::look(bool busy) {
  const auto now = resident();
  if (resident_ == 0) resident_ = now;
  resident_ = std::min(resident_, now);
  if (busy || now < resident_ + worth_it) return;
  malloc_trim(0);
  resident_ = resident();
}

}  // namespace headgate::app
