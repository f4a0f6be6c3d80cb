// Two attempts side by side, of which one may answer the client.
#pragma once

#include <array>
#include <optional>

#include "headgate/net/loop.hpp"

namespace headgate::gateway {

// Worker-confined. While registered with the client's interrupt, its leaving ends both lanes.
class Race final : public net::Stoppable {
 public:
  static constexpr std::size_t lanes = 2;

  explicit Race(net::Loop& loop) : changed(loop) {}

  // The first to ask may answer; the other is cut short.
  bool claim(std::size_t lane) {
    if (!winner_) {
      winner_ = lane;
      interrupts[1 - lane].raise(net::Interrupt::Reason::superseded);
    }
    return winner_ == lane;
  }
  std::optional<std::size_t> winner() const { return winner_; }

  void stop() override {
    for (auto& interrupt : interrupts)
      if (!interrupt.raised()) interrupt.raise(net::Interrupt::Reason::client_gone);
  }

  std::array<net::Interrupt, lanes> interrupts;
  net::Signal changed;  // a lane has ended

 private:
  std::optional<std::size_t> winner_;
};

}  // namespace headgate::gateway
