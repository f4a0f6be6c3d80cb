#include "headgate/net/resolver.hpp"

#include <boost/asio/post.hpp>

namespace headgate::net {
namespace {

// RFC 8305 section 4: families take turns, so that a broken one costs a single attempt.
Addresses interleaved(const tcp::resolver::results_type& results) {
  Addresses first, second, mixed;
  for (const auto& entry : results) {
    const auto address = entry.endpoint().address();
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

}  // namespace

Resolver::Resolver() : threads_(2) {}

Resolver::~Resolver() {
  threads_.stop();
  threads_.join();
}

void Resolver::look_up(const std::string& host, Loop& loop, std::function<void(Addresses)> done) {
  asio::post(threads_, [this, host, &loop, done = std::move(done)]() mutable {
    tcp::resolver resolver(threads_);
    error_code error;
    const auto results = resolver.resolve(host, "", tcp::resolver::address_configured, error);
    asio::post(loop.io(), [done = std::move(done), addresses = error ? Addresses{} : interleaved(results)]() mutable {
      done(std::move(addresses));
    });
  });
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
