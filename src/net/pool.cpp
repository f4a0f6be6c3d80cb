#include "headgate/net/pool.hpp"

namespace headgate::net {

using core::Code;
using core::Error;
using core::Result;

namespace {

// Our own limit, not the provider's fault.
Error overloaded(const char* message) {
  return Error(Code::overloaded, message).with_retry(core::Retry::next_target).with_retry_after(1);
}

}  // namespace

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

// In the queue for a place, until told or gone.
class Pool::Waiter {
 public:
  explicit Waiter(Pool& pool) : pool_(pool), freed_(pool.loop_), at_(pool.waiting_.insert(pool.waiting_.end(), this)) {}
  ~Waiter() {
    if (!told_) pool_.waiting_.erase(at_);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  Signal& freed() { return freed_; }
  void tell() {
    told_ = true;
    pool_.waiting_.erase(at_);
    freed_.notify();
  }

 private:
  Pool& pool_;
  Signal freed_;
  std::list<Waiter*>::iterator at_;
  bool told_ = false;
};

// True: a place is ours, and counted already.
Task<bool> Pool::wait_for_place(core::TimePoint deadline, Interrupt& interrupt) {
  Waiter waiter(*this);
  const Interrupt::Scope scope(interrupt, waiter.freed());
  co_return co_await waiter.freed().wait_until(deadline);
}

Task<Result<Lease>> Pool::acquire(core::TimePoint deadline, Interrupt& interrupt, bool fresh) {
  if (leased_ < max_connections_) {
    ++leased_;
  } else if (waiting_.size() >= max_waiting) {
    co_return overloaded("Too many requests wait for a connection to this provider.");
  } else {
    const bool told = co_await wait_for_place(deadline, interrupt);
    if (!told && interrupt.raised()) co_return interrupt.error();
    if (!told) co_return overloaded("No connection to the provider came free in time.");
  }
  if (!fresh)
    if (auto connection = take_idle()) co_return Lease(this, std::move(connection));
  auto stream = co_await connect(loop_, names_, endpoint_, resumed_, deadline, interrupt);
  if (stream) co_return Lease(this, std::make_unique<Connection>(std::move(*stream)));
  end(nullptr, false);
  co_return stream.error();
}

// A place goes from hand to hand: between telling the next and its waking nobody may overtake it, nor
// take the pool for unused.
void Pool::end(std::unique_ptr<Connection> connection, bool reusable) {
  if (reusable && connection != nullptr) {
    connection->stream->expires_at(core::no_deadline);
    connection->in.clear();
    connection->in.release(keep_buffer);
    connection->idle_since = loop_.deadlines().in(core::Duration::zero());
    idle_.push_back(std::move(connection));
  }
  if (waiting_.empty()) {
    --leased_;
    return;
  }
  waiting_.front()->tell();
}

void Pool::close_idle(core::TimePoint now) {
  std::erase_if(idle_, [now](const auto& connection) { return now - connection->idle_since >= keep_idle; });
  // A thousand connections of a busy minute would keep a thousand buffers.
  for (const auto& connection : idle_)
    if (now - connection->idle_since >= keep_buffer_for) connection->in.release(0);
}

}  // namespace headgate::net
