#include "headgate/net/resolver.hpp"

#include <netdb.h>
#include <netinet/in.h>

#include <boost/asio/post.hpp>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace headgate::net {
namespace {

Addresses addresses_of(const addrinfo* list) {
  Addresses addresses;
  for (; list != nullptr; list = list->ai_next) {
    if (list->ai_family == AF_INET) {
      const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(list->ai_addr);
      addresses.emplace_back(asio::ip::address_v4(ntohl(ipv4->sin_addr.s_addr)));
    } else if (list->ai_family == AF_INET6) {
      const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(list->ai_addr);
      asio::ip::address_v6::bytes_type bytes;
      std::memcpy(bytes.data(), &ipv6->sin6_addr, bytes.size());
      addresses.emplace_back(asio::ip::address_v6(bytes, ipv6->sin6_scope_id));
    }
  }
  return addresses;
}

// RFC 8305 section 4: families take turns, so that a broken one costs a single attempt.
Addresses interleaved(const Addresses& addresses) {
  Addresses first, second, mixed;
  for (const auto& address : addresses) {
    auto& family = first.empty() || first.front().is_v6() == address.is_v6() ? first : second;
    family.push_back(address);
  }
  for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
    if (i < first.size()) mixed.push_back(first[i]);
    if (i < second.size()) mixed.push_back(second[i]);
  }
  return mixed;
}

// RFC 6761 section 6.3: this name never leaves the machine, and needs no hosts file to be known.
bool is_localhost(std::string_view host) { return host == "localhost" || host.ends_with(".localhost"); }

Addresses loopback() { return {asio::ip::address_v4::loopback(), asio::ip::address_v6::loopback()}; }

Addresses ask_the_system(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0) return {};
  auto addresses = interleaved(addresses_of(list));
  ::freeaddrinfo(list);
  return addresses;
}

}  // namespace

// Owned by the resolver and by each of its threads. Shared.
struct Resolver::State {
  struct Asker {
    Loop& loop;
    std::function<void(Addresses)> done;
  };

  std::mutex mutex;
  std::map<std::string, std::vector<Asker>> asked;  // by name, until it is answered
  std::deque<std::string> queue;                    // names that no thread has taken yet
  std::size_t threads = 0;
  bool over = false;

  void work();
  void answer(const std::string& host, const Addresses& addresses);  // under the lock
};

// The life of a thread: until no name is left.
void Resolver::State::work() {
  std::unique_lock lock(mutex);
  while (!over && !queue.empty()) {
    const auto host = std::move(queue.front());
    queue.pop_front();
    lock.unlock();
    const auto addresses = ask_the_system(host);
    lock.lock();
    answer(host, addresses);
  }
  --threads;
}

void Resolver::State::answer(const std::string& host, const Addresses& addresses) {
  auto askers = asked.extract(host);
  if (over) return;  // the loops may be gone
  for (auto& asker : askers.mapped())
    asio::post(asker.loop.io(), [done = std::move(asker.done), addresses] { done(addresses); });
}

Resolver::Resolver() : state_(std::make_shared<State>()) {}

Resolver::~Resolver() {
  const std::scoped_lock lock(state_->mutex);
  state_->over = true;
  state_->asked.clear();
}

void Resolver::look_up(const std::string& host, Loop& loop, std::function<void(Addresses)> done) {
  auto& state = *state_;
  const std::scoped_lock lock(state.mutex);
  auto& askers = state.asked[host];
  askers.push_back({loop, std::move(done)});
  if (askers.size() > 1) return;
  state.queue.push_back(host);
  if (state.threads == max_threads) return;
  try {
    // Detached: getaddrinfo() cannot be interrupted, and the end of the process does not wait for it.
    std::thread([state = state_] { state->work(); }).detach();
    ++state.threads;
  } catch (const std::system_error&) {  // the system has no thread left
    if (state.threads > 0) return;      // who is at work will come to it
    state.queue.clear();
    state.answer(host, {});
  }
}

void NameCache::ask(const std::string& host, Entry& entry) {
  entry.asked = true;
  resolver_.look_up(host, loop_, [this, host](Addresses addresses) {
    Entry& answered = entries_[host];
    answered.asked = false;
    answered.failed = addresses.empty();
    answered.fresh_until = core::Clock::now() + (answered.failed ? keep_failure : keep);
    if (!answered.failed) answered.addresses = std::move(addresses);
    for (Signal* waiting : answered.waiting) waiting->notify();
    answered.waiting.clear();
  });
}

Task<core::Result<Addresses>> NameCache::resolve(std::string host, core::TimePoint deadline, Interrupt& interrupt) {
  using core::Code;
  using core::Error;
  using core::Retry;
  error_code not_an_address;
  const auto literal = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) co_return Addresses{literal};
  if (is_localhost(host)) co_return loopback();

  Entry& entry = entries_[host];
  const bool fresh = core::Clock::now() < entry.fresh_until;
  if (!fresh && !entry.asked) ask(host, entry);
  if (!entry.addresses.empty()) co_return entry.addresses;
  if (!(fresh && entry.failed)) {
    Signal answered(loop_);
    const auto place = entry.waiting.insert(entry.waiting.end(), &answered);
    const Interrupt::Scope scope(interrupt, answered);
    const bool told = co_await answered.wait_until(deadline);
    if (!told) {
      entry.waiting.erase(place);
      if (interrupt.raised()) co_return interrupt.error();
      co_return Error(Code::upstream_timeout, "The provider's name could not be looked up in time.")
          .with_retry(Retry::next_target);
    }
  }
  if (!entry.addresses.empty()) co_return entry.addresses;
  co_return Error(Code::upstream_error, "The provider's name cannot be resolved.").with_retry(Retry::next_target);
}

}  // namespace headgate::net
