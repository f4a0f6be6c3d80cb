#include "fan_out.hpp"

#include <algorithm>

#include "fan_out_lane.hpp"
#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/chat_completions.hpp"
#include "route_shown.hpp"
#include "stream_error.hpp"

namespace headgate::gateway {

using core::Error;
using core::Result;
using net::Task;
using Kind = chat::Event::Kind;

FanOut::FanOut(Gateway& gateway, Call& call, const wire::openai::Request& request)
    : gateway_(gateway), call_(call), request_(request), changed_(gateway.loop_) {}

FanOut::~FanOut() = default;

void FanOut::stop() {
  for (auto& lane : lanes_)
    if (!lane.interrupt.raised()) lane.interrupt.raise(net::Interrupt::Reason::client_gone);
}

Result<std::string> FanOut::body_of_one() const {
  const auto document = gateway_.json_.read(call_.body);
  if (!document) return document.error();
  const auto answers = (*document)["n"].source();
  std::string body(call_.body);
  body.replace(static_cast<std::size_t>(answers.data() - call_.body.data()), answers.size(), "1");
  wire::pad(body);
  return body;
}

Task<Result<void>> FanOut::run() {
  auto body = body_of_one();
  if (!body) co_return body.error();
  body_ = std::move(*body);
  const auto answers = call_.record.fan_out;
  if (const auto most = core::Money::parse(call_.wishes.max_cost))
    max_cost_ = core::Money::picodollars(most->in_picodollars() / answers).to_string();
  writer_ = dialects::chat_completions::make_event_writer(shown());
  for (std::uint32_t choice = 0; choice < answers; ++choice) lanes_.emplace_back(*this, choice);
  {
    const net::Interrupt::Scope client(call_.interrupt, *this);
    std::vector<Task<void>> tasks;
    for (auto& lane : lanes_) tasks.push_back(run(lane));
    for (auto& task : tasks) task.start();
    co_await pump();
    for (auto& task : tasks) task.await_resume();  // a bug in it is ours
  }
  note_lanes();
  if (begun_) co_return co_await finish_stream();
  if (failure_) co_return *failure_;
  co_return co_await send_whole();
}

Task<void> FanOut::run(Lane& lane) {
  if (const auto told = co_await gateway_.tell(lane.call); !told) give_up(told.error());
  lane.done = true;
  changed_.notify();
}

bool FanOut::all_done() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return lane.done; });
}

void FanOut::give_up(const Error& error) {
  if (failure_) return;
  failure_ = error;
  for (auto& lane : lanes_)
    if (!lane.done && !lane.interrupt.raised()) lane.interrupt.raise(net::Interrupt::Reason::superseded);
}

// One lane's beginning and end are not those of the reply.
void FanOut::pass(const chat::Event& event, std::uint32_t choice) {
  switch (event.kind) {
    case Kind::error: return give_up(event.error);
    case Kind::usage: usage_ = usage_ ? chat::sum(*usage_, event.usage) : event.usage; return;
    case Kind::start:
    case Kind::done: return;
    default: break;
  }
  if (failure_) return;
  auto told = event;
  told.choice = choice;
  writer_->write(said_, told);
}

// Writes what lanes have said, until all are done.
Task<void> FanOut::pump() {
  std::string writing;
  while (!all_done() || !said_.empty()) {
    if (said_.empty() || !begun_ || gone_) {
      said_.clear();
      (void)co_await changed_.wait_until(core::no_deadline);
      continue;
    }
    writing.clear();
    writing.swap(said_);
    net::Outgoing pieces;
    pieces.add(writing);
    gone_ = !co_await call_.reply.write(pieces);
    if (gone_) stop();
    for (auto& lane : lanes_) lane.drained.notify();
  }
}

Task<Result<void>> FanOut::finish_stream() {
  if (gone_) co_return Error(core::Code::client_gone);
  if (failure_) {
    co_await tell_in_stream(call_, *failure_);
    co_return Result<void>();
  }
  chat::Event event;
  if (usage_ && request_.wants_usage) {
    event.kind = Kind::usage;
    event.usage = *usage_;
    writer_->write(said_, event);
  }
  event.kind = Kind::done;
  writer_->write(said_, event);
  if (const auto brace = said_.find('{'); brace != said_.npos && usage_ && request_.wants_usage) {
    std::string member;
    append_route_member(member, call_.record, answering());
    said_.insert(brace + 1, member + "},");
  }
  net::Outgoing pieces;
  pieces.add(said_);
  if (!co_await call_.reply.finish(pieces, true)) co_return Error(core::Code::client_gone);
  co_return Result<void>();
}

Task<Result<void>> FanOut::send_whole() {
  const auto answer = together();
  if (!answer) co_return answer.error();
  std::string said, fields;
  dialects::chat_completions::append_answer(said, *answer, shown());
  const auto& targets = call_.snapshot.targets;
  const auto target =
      std::find_if(targets.begin(), targets.end(), [&](const auto& one) { return one->model == answering().model; });
  if (target != targets.end()) append_route_fields(fields, call_, **target, answering(), core::Clock::now());
  if (!co_await call_.reply.send({200, "application/json", fields}, said)) co_return Error(core::Code::client_gone);
  co_return Result<void>();
}

Result<chat::Answer> FanOut::together() {
  std::optional<chat::Answer> all;
  for (const auto& lane : lanes_) {
    const auto document = gateway_.interpreted_.read_lenient(lane.whole);
    if (!document) return core::unusable_answer("an answer that is not JSON");
    auto one = dialects::chat_completions::read_answer(*document);
    if (!one) return one.error();
    if (!all) {
      all = std::move(*one);
      continue;
    }
    std::move(one->choices.begin(), one->choices.end(), std::back_inserter(all->choices));
    all->usage = chat::sum(all->usage, one->usage);
  }
  return *std::move(all);
}

// All lanes are one request; the first one's decision stands for all.
void FanOut::note_lanes() {
  auto& record = call_.record;
  auto& first = lanes_.front().record;
  record.candidates = std::move(first.candidates);
  record.excluded = std::move(first.excluded);
  for (auto& lane : lanes_) {
    std::move(lane.record.attempts.begin(), lane.record.attempts.end(), std::back_inserter(record.attempts));
    record.upstream = std::max(record.upstream, lane.record.upstream);
  }
}

dialects::Shown FanOut::shown() const {
  return {call_.record.id, request_.model,
          std::chrono::duration_cast<std::chrono::seconds>(call_.record.received.time_since_epoch()).count(),
          request_.wants_usage};
}

// Who is shown: there is an attempt that succeeded when this is asked.
const AttemptRecord& FanOut::answering() const {
  const auto& attempts = call_.record.attempts;
  const auto found =
      std::find_if(attempts.begin(), attempts.end(), [](const AttemptRecord& one) { return one.outcome == "ok"; });
  return found == attempts.end() ? attempts.back() : *found;
}

}  // namespace headgate::gateway
