// One exchange against a scripted stream, and what came of it.
#pragma once

#include <optional>
#include <string>

#include "headgate/net/exchange.hpp"
#include "support/fake_stream.hpp"
#include "support/running.hpp"

namespace headgate::test {

enum class Reading { whole, streamed };

struct Outcome {
  int status = 0;
  std::string body;
  bool reusable = false;
  std::optional<core::Error> error;
};

inline constexpr std::string_view request_text = "GET /x HTTP/1.1\r\nhost: a\r\n\r\n";

// Worker-confined; lives for one exchange.
class ExchangeHarness {
 public:
  ExchangeHarness(net::Loop& loop, Script script, bool reused = false)
      : loop_(loop), connection_(std::make_unique<FakeStream>(loop, std::move(script))) {
    connection_.reused = reused;
  }

  net::ExchangeLimits limits;
  net::Interrupt interrupt;
  FakeStream& stream() { return static_cast<FakeStream&>(*connection_.stream); }

  Outcome run(Reading reading = Reading::whole) { return test::run(loop_, play(reading)); }
  Running<Outcome> start(Reading reading = Reading::whole) { return {loop_, play(reading)}; }

 private:
  net::Task<Outcome> play(Reading reading) {
    Outcome outcome;
    net::Exchange exchange(loop_, connection_, limits, interrupt);
    net::Outgoing request;
    request.add(request_text);
    if (auto sent = co_await exchange.send(request); !sent) {
      outcome.error = sent.error();
      co_return outcome;
    }
    if (auto answered = co_await exchange.read_head(); !answered) {
      outcome.error = answered.error();
      co_return outcome;
    }
    outcome.status = exchange.head().status;
    if (reading == Reading::whole)
      co_await read_whole(exchange, outcome);
    else
      co_await read_streamed(exchange, outcome);
    outcome.reusable = exchange.reusable();
    co_return outcome;
  }

  static net::Task<void> read_whole(net::Exchange& exchange, Outcome& outcome) {
    const auto body = co_await exchange.read_whole_body();
    if (body)
      outcome.body = *body;
    else
      outcome.error = body.error();
  }

  // Leaves a byte behind now and then, as a reader of events does.
  static net::Task<void> read_streamed(net::Exchange& exchange, Outcome& outcome) {
    for (std::size_t round = 0;; ++round) {
      const auto more = co_await exchange.read_more_body();
      if (!more) outcome.error = more.error();
      const bool last = !more || !*more;
      const auto left = !last && round % 2 == 0 ? 1u : 0u;
      const auto size = exchange.body().size() - left;
      outcome.body.append(exchange.body().substr(0, size));
      exchange.consume_body(size);
      if (last) co_return;
    }
  }

  net::Loop& loop_;
  net::Connection connection_;
};

}  // namespace headgate::test
