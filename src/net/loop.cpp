#include "headgate/net/loop.hpp"

#include <poll.h>

#include <exception>

namespace headgate::net {

Loop::Loop() : deadlines_(core::Clock::now()), next_chores_(core::Clock::now()) { tick(); }

void Loop::tick() {
  timer_.expires_after(DeadlineWheel::tick);
  timer_.async_wait([this](error_code error) {
    if (error) return;
    tick();  // first: what follows may throw
    const auto now = core::Clock::now();
    deadlines_.advance(now);
    if (++ticks_ % ticks_between_sweeps == 0) sweep_watched();
    if (now >= next_chores_) {
      next_chores_ = now + std::chrono::seconds(1);
      for (const auto& chore : chores_) chore(now);
    }
  });
}

void Loop::sweep_watched() {
  constexpr std::size_t at_once = 256;
  std::array<pollfd, at_once> descriptors;
  std::array<WatchedPeer*, at_once> peers;
  for (auto next = watched_.begin(); next != watched_.end();) {
    std::size_t count = 0;
    for (; next != watched_.end() && count < at_once; ++next, ++count) {
      peers[count] = &*next;
      // POLLRDHUP sees a leaving peer even behind bytes that wait to be read.
      descriptors[count] = {next->descriptor_, POLLRDHUP, 0};
    }
    if (::poll(descriptors.data(), count, 0) <= 0) continue;
    for (std::size_t i = 0; i < count; ++i)
      if ((descriptors[i].revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0 && !peers[i]->interrupt_.raised())
        peers[i]->interrupt_.raise(Interrupt::Reason::client_gone);
  }
}

void Loop::run(const std::function<void(const char*)>& on_bug) {
  const auto guard = asio::make_work_guard(io_);
  while (!io_.stopped()) {
    try {
      io_.run();
    } catch (const std::exception& bug) {
      on_bug(bug.what());
    }
  }
}

}  // namespace headgate::net
