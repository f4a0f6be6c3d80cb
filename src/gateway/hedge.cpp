// Hedging: a second candidate is asked when the first keeps the client waiting, and whoever has content first
// answers.
#include "headgate/gateway/gateway.hpp"
#include "race.hpp"

namespace headgate::gateway {

using net::Task;

struct Gateway::Lane {
  Lane(const Call& from, net::Interrupt& interrupt, const Story& told, Race& in, std::size_t number)
      : call{from.surface,          from.body,     from.traceparent, from.tracestate, from.wishes,
             from.dry_run,          from.snapshot, from.reply,       interrupt,       from.record,
             from.without_provider, from.dialect,  from.path,        from.own},
        story(told),
        race(in),
        index(number) {
    story.race = &in;
    story.lane = number;
  }

  Call call;
  Story story;
  Race& race;
  std::size_t index;
  Next next = Next::another;
};

bool Gateway::Sending::claim() const { return race == nullptr || race->claim(lane); }

void Gateway::Story::take(Story&& lane_story) {
  result = std::move(lane_story.result);
  failed = lane_story.failed;
  kept_out = std::move(lane_story.kept_out);
  too_small = lane_story.too_small;
  continuation = std::move(lane_story.continuation);
}

Task<void> Gateway::run(Lane& lane, const routing::Candidate& candidate) {
  lane.next = co_await try_candidate(lane.call, candidate, 0, lane.story);
  lane.race.changed.notify();
}

Task<Gateway::Next> Gateway::try_hedged(Call& call, const routing::Candidate& first, const routing::Candidate& second,
                                        Story& story) {
  Race race(loop_);
  const net::Interrupt::Scope client(call.interrupt, race);
  std::array<Lane, Race::lanes> lanes{Lane{call, race.interrupts[0], story, race, 0},
                                      Lane{call, race.interrupts[1], story, race, 1}};
  std::array tasks{run(lanes[0], first), run(lanes[1], second)};
  tasks[0].start();
  const auto hedge_at = core::after(core::Clock::now(), *story.plan.limits.hedge_after);
  while (!tasks[0].done() && !race.winner() && core::Clock::now() < hedge_at)
    (void)co_await race.changed.wait_until(hedge_at);
  const bool hedge = !tasks[0].done() && !race.winner() && !call.interrupt.raised();
  if (hedge) tasks[1].start();
  while (!tasks[0].done() || (hedge && !tasks[1].done())) (void)co_await race.changed.wait_until(core::no_deadline);
  for (auto& task : tasks)
    if (task.done()) task.await_resume();  // a bug in it is ours
  const auto decisive = race.winner().value_or(hedge && lanes[0].next != Next::end ? 1 : 0);
  story.take(std::move(lanes[decisive].story));
  if (!hedge && lanes[0].next != Next::end) co_return co_await try_candidate(call, second, 0, story);
  co_return lanes[decisive].next;
}

}  // namespace headgate::gateway
