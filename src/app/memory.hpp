// Memory that was freed and is not needed again soon goes back to the system.
#pragma once

#include <cstddef>

namespace headgate::app {

// Once it is ready: the heap and the code that only starting up needed. Code that is needed again is read
// again, from the system's cache of files.
void forget_start_up();

// Looks about once a second, on one thread.
class IdleMemory {
 public:
  // `busy`: requests are under way; they would wait while the allocator tidies up.
  void look(bool busy);

 private:
  std::size_t resident_ = 0;  // bytes, after the last tidying
};

}  // namespace headgate::app
