#include "headgate/server/server.hpp"

#include <boost/asio/post.hpp>
#include <thread>

#include "admin_service.hpp"
#include "api_service.hpp"
#include "drill_run.hpp"
#include "listener.hpp"
#include "session.hpp"

namespace headgate::server {

using core::Result;

// A thread with its loop, its gateway and its listener.
class Worker {
 public:
  Worker(const Settings& settings, const Collaborators& collaborators, RequestMetrics& metrics, net::Resolver& resolver,
         metrics::Registry& registry, SnapshotPtr snapshot)
      : context_{loop_, settings, collaborators, metrics, {}, {}, false},
        service_(context_, resolver, registry, std::move(snapshot)),
        listener_(context_, service_) {}

  Listener& listener() { return listener_; }
  void start() {
    listener_.start();
    thread_ = std::thread([this] { loop_.run(context_.collaborators.on_bug); });
  }
  void swap(SnapshotPtr snapshot) {
    post([this, snapshot = std::move(snapshot)] { service_.swap(snapshot); });
  }
  void swap_tls(TlsPtr tls) {
    post([this, tls = std::move(tls)] { listener_.swap_tls(tls); });
  }
  void drain() {
    post([this] {
      context_.draining = true;
      listener_.stop();
      for (auto& session : context_.sessions) session.drain();
    });
  }
  void cut() {
    post([this] {
      for (auto& session : context_.sessions) session.cut();
    });
  }
  // Calls `done` on the worker with whether no session is left.
  void ask_whether_empty(std::function<void(bool)> done) {
    post([this, done = std::move(done)] { done(context_.sessions.empty()); });
  }
  void stop() {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    loop_.tasks().end();  // what still waits refers to the gateway and its pools
  }

 private:
  template <typename Task>
  void post(Task task) {
    boost::asio::post(loop_.io(), std::move(task));
  }

  net::Loop loop_;
  Context context_;
  ApiService service_;
  Listener listener_;
  std::thread thread_;
};

struct Server::State {
  Settings settings;
  Collaborators collaborators;
  RequestMetrics request_metrics;
  net::Loop control;
  Context admin_context;
  AdminService admin;
  Listener admin_listener;
  std::vector<std::unique_ptr<Worker>> workers;
  DrillRun drill;
  net::Resolver resolver;  // ends first: its threads answer to the loops above
  bool cutting = false;

  State(Settings with, SnapshotPtr snapshot, TlsPtr tls, metrics::Registry& registry, Collaborators told)
      : settings(std::move(with)),
        collaborators(std::move(told)),
        request_metrics(registry),
        admin_context{control, settings, collaborators, request_metrics, {}, {}, false},
        admin(admin_context, registry, snapshot),
        admin_listener(admin_context, admin),
        drill(admin_context, admin, resolver, registry) {
    for (unsigned i = 0; i < settings.workers; ++i) {
      workers.push_back(
          std::make_unique<Worker>(settings, collaborators, request_metrics, resolver, registry, snapshot));
      workers.back()->listener().swap_tls(tls);
    }
  }
};

Server::Server(Settings settings, SnapshotPtr snapshot, TlsPtr tls, metrics::Registry& registry,
               Collaborators collaborators)
    : state_(std::make_unique<State>(std::move(settings), std::move(snapshot), std::move(tls), registry,
                                     std::move(collaborators))) {}

Server::~Server() {
  for (auto& worker : state_->workers) worker->stop();
  state_->control.tasks().end();
}

Result<void> Server::listen() {
  api_address_ = state_->settings.listen;
  admin_address_ = state_->settings.admin_listen;
  using enum Listener::Sharing;
  constexpr std::string_view listen = "server.listen", admin_listen = "server.admin_listen";
  if (auto bound = state_->admin_listener.bind(admin_address_, none, admin_listen); !bound) return bound;
  admin_address_.port = state_->admin_listener.port();
  {
    // A port that is shared among workers would be shared with another daemon too, silently.
    Listener alone(state_->admin_context, state_->admin);
    if (auto bound = alone.bind(api_address_, none, listen); !bound) return bound;
  }
  for (auto& worker : state_->workers) {
    if (auto bound = worker->listener().bind(api_address_, with_workers, listen); !bound) return bound;
    api_address_.port = worker->listener().port();
  }
  return {};
}

void Server::start() {
  state_->admin_listener.start();
  for (auto& worker : state_->workers) worker->start();
}

net::Loop& Server::control() { return state_->control; }

void Server::swap(SnapshotPtr snapshot) {
  state_->admin.swap(snapshot);
  for (auto& worker : state_->workers) worker->swap(snapshot);
}

void Server::swap_tls(TlsPtr tls) {
  for (auto& worker : state_->workers) worker->swap_tls(tls);
}

bool Server::start_drill(DrillOrder order) { return !draining() && state_->drill.start(std::move(order)); }

bool Server::draining() const { return state_->admin_context.draining; }

void Server::drain() {
  const bool again = std::exchange(state_->admin_context.draining, true);
  if (again) {
    state_->cutting = true;
    return;
  }
  for (auto& worker : state_->workers) worker->drain();
  finish_when_empty(core::Clock::now() + state_->settings.drain);  // ends early once all is quiet
}

// Looks a hundred times a second whether the last session has ended.
void Server::finish_when_empty(core::TimePoint give_up) {
  const auto timer = std::make_shared<boost::asio::steady_timer>(state_->control.io());
  timer->expires_after(core::milliseconds(10));
  timer->async_wait([this, timer, give_up](net::error_code error) {
    if (error) return;
    const auto left = std::make_shared<std::size_t>(state_->workers.size());
    const auto all_empty = std::make_shared<bool>(true);
    if (state_->cutting || core::Clock::now() >= give_up)
      for (auto& worker : state_->workers) worker->cut();
    for (auto& worker : state_->workers)
      worker->ask_whether_empty([this, left, all_empty, give_up](bool empty) {
        boost::asio::post(state_->control.io(), [this, left, all_empty, give_up, empty] {
          *all_empty = *all_empty && empty;
          if (--*left > 0) return;
          if (*all_empty)
            state_->control.stop();
          else
            finish_when_empty(give_up);
        });
      });
  });
}

}  // namespace headgate::server
