#include "headgate/net/pool.hpp"

namespace headgate::net {

using core::Code;
using core::Error;
using core::Result;

Lease& Lease::operator=(Lease&& other) noexcept {
  end(false);
  pool_ = std::exchange(other.pool_, nullptr);
  connection_ = std::move(other.connection_);
  return *this;
}

void Lease::end(bool reusable) {
  if (pool_ == nullptr)
    connection_.reset();
  else
    std::exchange(pool_, nullptr)->end(std::move(connection_), reusable);
}

Pool::Pool(Loop& loop, NameCache& names, Endpoint endpoint, std::size_t max_connections)
    : loop_(loop), names_(names), endpoint_(std::move(endpoint)), max_connections_(max_connections) {}

std::unique_ptr<Connection> Pool::take_idle() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->stream->is_quiet()) {
      connection->reused = true;
      return connection;
    }
  }
  return nullptr;
}

Lease Pool::take() {
  if (leased_ >= max_connections_) return {};
  auto connection = take_idle();
  if (connection == nullptr) return {};
  ++leased_;
  return {this, std::move(connection)};
}

Task<bool> Pool::wait_for_place(core::TimePoint deadline, Interrupt& interrupt) {
  Signal freed(loop_);
  const auto place = waiting_.insert(waiting_.end(), &freed);
  const Interrupt::Scope scope(interrupt, freed);
  const bool told = co_await freed.wait_until(deadline);
  if (!told) waiting_.erase(place);
  co_return told;
}

Task<Result<Lease>> Pool::acquire(core::TimePoint deadline, Interrupt& interrupt, bool fresh) {
  while (leased_ >= max_connections_) {
    if (waiting_.size() >= max_waiting)
      co_return Error(Code::overloaded, "Too many requests wait for a connection to this provider.")
          .with_retry(core::Retry::next_target)
          .with_retry_after(1);
    if (co_await wait_for_place(deadline, interrupt)) continue;
    if (interrupt.raised()) co_return interrupt.error();
    co_return Error(Code::upstream_timeout, "No connection to the provider came free in time.")
        .with_retry(core::Retry::next_target);
  }
  ++leased_;
  if (!fresh)
    if (auto connection = take_idle()) co_return Lease(this, std::move(connection));
  auto stream = co_await connect(loop_, names_, endpoint_, resumed_, deadline, interrupt);
  if (stream) co_return Lease(this, std::make_unique<Connection>(std::move(*stream)));
  end(nullptr, false);
  co_return stream.error();
}

void Pool::end(std::unique_ptr<Connection> connection, bool reusable) {
  --leased_;
  if (reusable && connection != nullptr) {
    connection->stream->expires_at(core::no_deadline);
    connection->in.clear();
    connection->in.release(keep_buffer);
    connection->idle_since = loop_.deadlines().in(core::Duration::zero());
    idle_.push_back(std::move(connection));
  }
  if (waiting_.empty()) return;
  waiting_.front()->notify();
  waiting_.pop_front();
}

void Pool::close_idle(core::TimePoint now) {
  std::erase_if(idle_, [now](const auto& connection) { return now - connection->idle_since >= keep_idle; });
}

}  // namespace headgate::net
