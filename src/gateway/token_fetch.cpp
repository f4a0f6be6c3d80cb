// One access token, over a connection of its own: it is needed once an hour.
#include <algorithm>

#include "headgate/gateway/account_token.hpp"
#include "headgate/net/exchange.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::gateway {

using core::Error;
using core::Result;
using net::Task;

namespace {

constexpr core::milliseconds patience{10'000};
constexpr std::size_t most_answer = 64 * 1024;
constexpr std::size_t most_words = 200;  // of the other side, in the log

std::string head_of(const TokenOrigin& origin, std::size_t size) {
  return "POST " + origin.path + " HTTP/1.1\r\nhost: " + origin.authority +
         "\r\nuser-agent: headgate/0.1\r\naccept: application/json\r\naccept-encoding: identity"
         "\r\ncontent-type: application/x-www-form-urlencoded\r\nconnection: close\r\ncontent-length: " +
         std::to_string(size) + "\r\n\r\n";
}

// RFC 6749, 5.2.
Error refused(wire::JsonReader& json, int status, std::string_view body) {
  std::string detail = "status " + std::to_string(status);
  if (const auto document = json.read_lenient(body)) {
    for (const std::string_view member : {"error", "error_description"})
      if (const auto words = (*document)[member].string(); !words.empty())
        detail.append(", ").append(words.substr(0, most_words));
  }
  return Error(core::Code::upstream_error, "The access token was refused.")
      .with_retry(core::Retry::next_target)
      .with_detail(std::move(detail));
}

Task<Result<providers::AccessToken>> exchange_for(net::Loop& loop, net::Connection& connection,
                                                  const TokenOrigin& origin, const core::Secret& assertion,
                                                  core::TimePoint deadline, net::Interrupt& never) {
  const auto form = providers::token_request_body(assertion);
  const auto head = head_of(origin, form.reveal().size());
  const net::ExchangeLimits limits{most_answer, patience, patience, deadline};
  net::Exchange exchange(loop, connection, limits, never);
  net::Outgoing pieces;
  pieces.add(head);
  pieces.add(form.reveal());
  if (const auto sent = co_await exchange.send(pieces); !sent) co_return sent.error();
  if (const auto answered = co_await exchange.read_head(); !answered) co_return answered.error();
  const int status = exchange.head().status;
  const auto body = co_await exchange.read_whole_body();
  if (!body) co_return body.error();
  wire::JsonReader json;
  std::string text(*body);
  wire::pad(text);
  if (status != 200) co_return refused(json, status, text);
  co_return providers::read_token_reply(json, text);
}

}  // namespace

Task<Result<providers::AccessToken>> fetch_token(net::Loop& loop, net::NameCache& names, const TokenOrigin& origin,
                                                 core::WallTime now) {
  const auto assertion = providers::token_assertion(origin.account, now);
  if (!assertion) co_return assertion.error();
  const auto started = core::Clock::now();
  const auto deadline = core::after(started, patience);
  net::Interrupt never;
  net::SslSessionPtr resumed;
  auto stream = co_await net::connect(loop, names, origin.endpoint, resumed,
                                      std::min(deadline, core::after(started, origin.connect)), never);
  if (!stream) co_return stream.error();
  net::Connection connection(std::move(*stream));
  co_return co_await exchange_for(loop, connection, origin, *assertion, deadline, never);
}

}  // namespace headgate::gateway
