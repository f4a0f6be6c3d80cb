// A server with one worker in front of one fake provider, and a client beside it.
#pragma once

#include <string>
#include <vector>

#include "headgate/net/exchange.hpp"
#include "headgate/server/server.hpp"
#include "support/fake_upstream.hpp"

namespace headgate::test {

struct Reply {
  int status = 0;
  std::string body;
  bool whole = false;  // the answer ended where it should
};

// The provider answers each request with the same bytes. Lives in the thread of the test.
class RunningServer {
 public:
  explicit RunningServer(std::string answer)
      : upstream_(loop_, [answer](net::SocketStream& stream) { return repeat(stream, answer); }),
        server_(settings(), snapshot(), nullptr, registry_, collaborators()) {
    server_.listen().value();
    server_.start();
  }

  Reply post(const std::string& path, const std::string& body) {
    return run(loop_, exchange("POST " + path + " HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body));
  }
  std::string metrics() const { return registry_.expose(); }

 private:
  static net::Task<void> repeat(net::SocketStream& stream, std::string answer) {
    for (char bytes[4096];;) {
      const auto [error, size] = co_await stream.read_some(boost::asio::buffer(bytes));
      if (error) co_return;
      const bool there = co_await send(stream, answer);
      if (!there) co_return;
    }
  }

  static server::Settings settings() {
    server::Settings settings;
    settings.listen = settings.admin_listen = {"127.0.0.1", 0};
    settings.workers = 1;
    return settings;
  }
  server::SnapshotPtr snapshot() {
    providers::Account lab;
    lab.name = "lab";
    lab.type = "openai_compatible";
    lab.base_url = "http://127.0.0.1:" + std::to_string(upstream_.port()) + "/v1";
    gateway::SnapshotParts parts;
    parts.providers.push_back(std::move(lab));
    routing::Model model;
    model.name = model.upstream = "small";
    model.provider = "lab";
    parts.routing.models.push_back(std::move(model));
    parts.accounting =
        std::make_shared<gateway::Accounting>(budget::Settings(), std::vector<std::string>{"small"}, nullptr);
    parts.access.auth = access::Auth::open;
    return gateway::make_snapshot(std::move(parts), registry_, core::Clock::now(), {}).value();
  }
  static server::Collaborators collaborators() {
    server::Collaborators collaborators;
    collaborators.on_request = [](gateway::RequestRecord&) {};
    collaborators.on_bug = [](const char* what) { ADD_FAILURE() << what; };
    return collaborators;
  }

  net::Task<Reply> exchange(std::string request) {
    net::SslSessionPtr resumed;
    net::Interrupt interrupt;
    net::NameCache names(loop_, resolver_);
    const net::Endpoint endpoint{"127.0.0.1", server_.api_address().port, nullptr};
    auto stream = co_await net::connect(loop_, names, endpoint, resumed, core::Clock::now() + patience, interrupt);
    Reply reply;
    if (!stream) co_return reply;
    net::Connection connection(std::move(*stream));
    const net::ExchangeLimits limits;
    net::Exchange exchange(loop_, connection, limits, interrupt);
    net::Outgoing outgoing;
    outgoing.add(request);
    if (!co_await exchange.send(outgoing)) co_return reply;
    if (!co_await exchange.read_head()) co_return reply;
    reply.status = exchange.head().status;
    const auto body = co_await exchange.read_whole_body();
    if (body) reply.body = *body;
    reply.whole = body.has_value();
    co_return reply;
  }

  net::Loop loop_;
  net::Resolver resolver_;
  metrics::Registry registry_;
  FakeUpstream upstream_;
  server::Server server_;
};

}  // namespace headgate::test
