// Several answers from models that give one at a time: the request goes out once for each, side by side, and the
// client gets one reply.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "headgate/gateway/gateway.hpp"
#include "policy_events.hpp"

namespace headgate::gateway {

// Lives for one request. While registered with the client's interrupt, its leaving ends all lanes. Worker-confined.
class FanOut final : public net::Stoppable {
 public:
  // record.fan_out says how many answers.
  FanOut(Gateway& gateway, Call& call, const wire::openai::Request& request);
  ~FanOut();

  // Error: the client has had no answer.
  net::Task<core::Result<void>> run();

  void stop() override;

 private:
  class Lane;

  // The client's body, but for one answer.
  core::Result<std::string> body_of_one() const;
  net::Task<void> run(Lane& lane);
  bool all_done() const;
  // The first lane's error ends the others.
  void give_up(const core::Error& error);

  void pass(const chat::Event& event, std::uint32_t choice);
  net::Task<void> pump();
  net::Task<core::Result<void>> finish_stream();
  net::Task<core::Result<void>> send_whole();
  core::Result<chat::Answer> together();
  void note_lanes();
  dialects::Shown shown() const;
  const AttemptRecord& answering() const;

  Gateway& gateway_;
  Call& call_;
  const wire::openai::Request& request_;
  std::string body_;
  std::string max_cost_;  // of each
  std::deque<Lane> lanes_;
  net::Signal changed_;  // a lane has ended, or there is something to write
  std::unique_ptr<dialects::EventWriter> writer_;
  std::string said_;  // and not yet written; lanes wait while there is much of it
  bool begun_ = false;
  bool gone_ = false;
  std::optional<core::Usage> usage_;
  std::optional<core::Error> failure_;
};

}  // namespace headgate::gateway
