#include "process_metrics.hpp"

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace headgate::server {
namespace {

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

void read_process_metrics(metrics::Registry& registry) {
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0)
    registry.total("process_cpu_seconds_total", "User and system CPU time.")
        .set(seconds(usage.ru_utime) + seconds(usage.ru_stime));
  std::ifstream statm("/proc/self/statm");
  double pages = 0, resident = 0;
  if (statm >> pages >> resident) {
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    registry.gauge("process_virtual_memory_bytes", "Virtual memory.").set(pages * page);
    registry.gauge("process_resident_memory_bytes", "Resident memory.").set(resident * page);
  }
  std::error_code error;
  double open = 0;
  for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    ++open;
  registry.gauge("process_open_fds", "Open file descriptors.").set(open);
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
    registry.gauge("process_max_fds", "Most file descriptors that may be open.")
        .set(static_cast<double>(limit.rlim_cur));
}

}  // namespace headgate::server
