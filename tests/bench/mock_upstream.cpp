// A cheap OpenAI-compatible upstream for proxy benchmarks: one thread, epoll, canned answers.
//
//   POST                      -> a chat.completion of about 960 bytes, keep-alive
//   POST with "stream": true  -> chunked SSE: --events events, one per --gap-ms, then usage, [DONE]
//
// mock_upstream [--port 0] [--events 50] [--gap-ms 10] [--tls CERT KEY] [--stream FOLDER]
//
// FOLDER holds a stream of another dialect: see answers_from in mock_answers.hpp.
//
// Prints {"port":N} once it listens. Ends on SIGTERM, or by itself after an hour.
#include "mock_answers.hpp"
#include "mock_connection.hpp"
#include "mock_requests.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using bench::Connection;
using bench::Io;

struct Options {
  int port = 0;
  int events = 50;
  int gap_ms = 10;
  std::string cert;
  std::string key;
  std::string stream;
};

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

class MockUpstream {
 public:
  explicit MockUpstream(const Options& options);
  int port() const;
  [[noreturn]] void run();

 private:
  void use_tls(const Options& options);
  void watch(int fd, uint32_t events, int operation);
  void accept_all();
  void on_ready(int fd, uint32_t events);
  void answer_requests(Connection& c);
  void start_stream(Connection& c);
  void send_due_events();
  bool flush(Connection& c);  // false: the connection is gone
  void drop(Connection& c);
  void count_streams(int change);

  bench::Answers answers_;
  int events_;
  int epoll_ = epoll_create1(0);
  int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  SSL_CTX* tls_ = nullptr;
  int streams_ = 0;
  size_t now_ = 0;
  size_t next_phase_ = 0;
  std::vector<std::vector<int>> due_;                     // by phase: the streams that send at that tick
  std::vector<std::unique_ptr<Connection>> connections_;  // by file descriptor
};

MockUpstream::MockUpstream(const Options& options)
    : events_(options.events), due_(static_cast<size_t>(options.gap_ms)) {
  if (!options.cert.empty()) use_tls(options);
  if (!options.stream.empty()) answers_ = bench::answers_from(options.stream);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(options.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(listener_, 4096) != 0) fail("listen");
  watch(listener_, EPOLLIN, EPOLL_CTL_ADD);
  watch(timer_, EPOLLIN, EPOLL_CTL_ADD);
}

void MockUpstream::use_tls(const Options& options) {
  tls_ = SSL_CTX_new(TLS_server_method());
  if (SSL_CTX_use_certificate_chain_file(tls_, options.cert.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls_, options.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    std::exit(1);
  }
  SSL_CTX_set_mode(tls_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

int MockUpstream::port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

void MockUpstream::watch(int fd, uint32_t events, int operation) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_, operation, fd, &event);
}

void MockUpstream::run() {
  std::array<epoll_event, 256> ready;
  for (;;) {
    const int n = epoll_wait(epoll_, ready.data(), ready.size(), -1);
    for (int i = 0; i < n; ++i) {
      const auto& event = ready[static_cast<size_t>(i)];
      if (event.data.fd == listener_)
        accept_all();
      else if (event.data.fd == timer_)
        send_due_events();
      else
        on_ready(event.data.fd, event.events);
    }
  }
}

void MockUpstream::accept_all() {
  const int on = 1;
  for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const auto slot = static_cast<size_t>(fd);
    if (connections_.size() <= slot) connections_.resize(slot + 1);
    connections_[slot] = std::make_unique<Connection>(fd);
    if (tls_) {
      Connection& c = *connections_[slot];
      c.tls.reset(SSL_new(tls_));
      SSL_set_fd(c.tls.get(), fd);
      SSL_set_accept_state(c.tls.get());
    }
    watch(fd, EPOLLIN, EPOLL_CTL_ADD);
  }
}

void MockUpstream::on_ready(int fd, uint32_t events) {
  Connection* c = connections_[static_cast<size_t>(fd)].get();
  if (!c) return;  // dropped earlier in this round of events
  if ((events & EPOLLOUT) && !flush(*c)) return;
  Io io;
  do io = c->read_some();
  while (io == Io::moved && c->tls);  // decrypted bytes may wait where epoll cannot see them
  if (io == Io::closed) return drop(*c);
  answer_requests(*c);
}

void MockUpstream::answer_requests(Connection& c) {
  while (c.events_left == 0) {
    const size_t size = bench::request_size(c.in);
    if (size == 0) return;
    const bool stream = bench::asks_for_stream(std::string_view(c.in).substr(0, size));
    c.in.erase(0, size);
    c.out += stream ? answers_.stream_head : answers_.completion;
    if (!flush(c)) return;
    if (stream) start_stream(c);
  }
}

// Streams are spread evenly over the ticks of a gap, so that events do not come in bursts.
void MockUpstream::start_stream(Connection& c) {
  c.events_left = events_ + 1;
  c.phase = next_phase_++ % due_.size();
  due_[c.phase].push_back(c.fd);
  count_streams(+1);
}

// Ticks missed under overload are not made up for: the streams slow down instead of bursting.
void MockUpstream::send_due_events() {
  uint64_t ticks;
  if (read(timer_, &ticks, sizeof ticks) != sizeof ticks) return;
  now_ = (now_ + 1) % due_.size();
  for (const int fd : std::exchange(due_[now_], {})) {
    Connection& c = *connections_[static_cast<size_t>(fd)];
    const bool ends = --c.events_left == 0;
    if (ends) count_streams(-1);
    c.out += ends ? answers_.stream_end : answers_.events[static_cast<size_t>(c.events_left) % answers_.events.size()];
    if (!flush(c)) continue;
    if (ends)
      answer_requests(c);
    else
      due_[now_].push_back(fd);
  }
}

bool MockUpstream::flush(Connection& c) {
  Io io = Io::moved;
  while (io == Io::moved && c.written < c.out.size()) io = c.write_some();
  if (io == Io::closed) {
    drop(c);
    return false;
  }
  const bool full = io == Io::would_block;
  if (full != c.waits_for_room) watch(c.fd, full ? EPOLLIN | EPOLLOUT : EPOLLIN, EPOLL_CTL_MOD);
  c.waits_for_room = full;
  if (!full) {
    c.out.clear();
    c.written = 0;
  }
  return true;
}

void MockUpstream::drop(Connection& c) {
  if (c.events_left > 0) {
    std::erase(due_[c.phase], c.fd);
    count_streams(-1);
  }
  connections_[static_cast<size_t>(c.fd)].reset();
}

// The timer runs only while there are streams: an idle mock wakes nobody.
void MockUpstream::count_streams(int change) {
  const bool ran = streams_ > 0;
  streams_ += change;
  if (ran == (streams_ > 0)) return;
  const timespec tick{0, streams_ > 0 ? 1'000'000 : 0};
  const itimerspec every{tick, tick};
  timerfd_settime(timer_, 0, &every, nullptr);
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const auto value = [&] { return ++i < argc ? argv[i] : ""; };
    if (name == "--port")
      options.port = std::atoi(value());
    else if (name == "--events")
      options.events = std::atoi(value());
    else if (name == "--gap-ms")
      options.gap_ms = std::max(1, std::atoi(value()));
    else if (name == "--tls")
      options.cert = value(), options.key = value();
    else if (name == "--stream")
      options.stream = value();
  }
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  alarm(3600);
  MockUpstream upstream(parse(argc, argv));
  std::printf("{\"port\":%d}\n", upstream.port());
  std::fflush(stdout);
  upstream.run();
}
