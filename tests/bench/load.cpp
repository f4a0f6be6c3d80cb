// A load generator for HTTP/1.1 proxies on loopback: one thread, epoll, bounded in count and time.
//
//   load --port P --connections C --requests N            closed loop: an answer starts the next
//   load --port P --connections C --requests N --rate R   open loop: latency counts from the
//                                                         instant a request was due
//   load --port P --connections C --hold S [--window W]   one request on each connection, at most W
//                                                         (16) at a time, then all are held open
// Also: --body FILE, --header "Name: value" (repeatable), --path PATH, --seconds MAX (60),
// --events N (a stream with another number of events is an error).
//
// Held connections stay idle after their answer, or keep streaming. {"holding":C} is printed when
// each has its answer or its first event; holding ends after S seconds or when stdin is closed.
// The last line is one JSON object of results. Exit code 2 if anything failed.
#include "load_answer.hpp"
#include "load_options.hpp"
#include "load_results.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;
using Instant = Clock::time_point;
using Seconds = std::chrono::duration<double>;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

double us_between(Instant from, Instant to) { return std::chrono::duration<double, std::micro>(to - from).count(); }

struct Connection {
  int fd = -1;
  bool busy = false;
  bool begun = false;
  bool held = false;
  Instant since;  // when the request was sent, or was due
  Instant last_event;
  bench::Answer answer;
};

class Load {
 public:
  explicit Load(const bench::Options& options);
  bool run();  // false: something failed

 private:
  static constexpr uint64_t timer_id = ~0ull, stdin_id = ~0ull - 1;

  void watch(int fd, uint64_t id);
  void connect_to_proxy(size_t i);
  void reconnect(size_t i);
  void send_request(size_t i, Instant since);
  void start_first_requests();
  void start_timer();
  void on_ready(uint64_t id);
  void on_timer();
  void on_readable(size_t i);
  void on_closed(size_t i);
  void note_progress(Connection& c, size_t new_events);
  void on_answered(size_t i);
  void next_request(size_t i);
  void on_held(Connection& c);
  bool finished() const;

  bench::Options options_;
  std::string request_;
  int epoll_ = epoll_create1(0);
  int timer_ = -1;
  std::vector<Connection> connections_;
  std::vector<size_t> idle_;
  std::deque<Instant> overdue_;  // open loop: requests due while every connection was busy
  Clock::duration period_{};
  Instant begin_ = Clock::now();
  Instant deadline_;
  size_t started_ = 0, answered_ = 0, scheduled_ = 0, opened_ = 0, held_ = 0;
  bool released_ = false;
  bench::Results results_;
};

Load::Load(const bench::Options& options)
    : options_(options),
      request_("POST " + options.path +
               " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
               "User-Agent: OpenAI/Python 1.55.0\r\nAccept: application/json\r\n"
               "Accept-Encoding: identity\r\nContent-Type: application/json\r\n"
               "X-Stainless-Lang: python\r\nX-Stainless-Runtime: CPython\r\n" +
               options.headers + "Content-Length: " + std::to_string(options.body.size()) + "\r\n\r\n" + options.body),
      connections_(options.connections),
      deadline_(begin_ + std::chrono::duration_cast<Clock::duration>(Seconds(options.seconds))) {}

void Load::watch(int fd, uint64_t id) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
}

void Load::connect_to_proxy(size_t i) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  const int room = 128 * 1024;  // or a send of 29 kB would block, and all connections with it
  const timeval patience{10, 0};
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(options_.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("connect");
  connections_[i].fd = fd;
  watch(fd, i);
}

void Load::reconnect(size_t i) {
  close(connections_[i].fd);
  connect_to_proxy(i);
}

void Load::send_request(size_t i, Instant since) {
  Connection& c = connections_[i];
  c.busy = true;
  c.begun = false;
  c.since = since;
  c.answer = {};
  ++started_;
  for (size_t sent = 0; sent < request_.size();) {
    const ssize_t n = send(c.fd, request_.data() + sent, request_.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;  // the read side will report it
    sent += static_cast<size_t>(n);
  }
}

void Load::start_first_requests() {
  if (options_.hold > 0) {
    for (; opened_ < std::min(options_.window, connections_.size()); ++opened_) {
      connect_to_proxy(opened_);
      send_request(opened_, Clock::now());
    }
    return;
  }
  for (size_t i = 0; i < connections_.size(); ++i) connect_to_proxy(i);
  begin_ = Clock::now();
  if (options_.rate > 0) start_timer();
  for (size_t i = 0; i < connections_.size(); ++i) next_request(i);
}

void Load::start_timer() {
  period_ = std::chrono::duration_cast<Clock::duration>(Seconds(1 / options_.rate));
  const auto ns = std::chrono::nanoseconds(period_).count();
  const timespec period{ns / 1'000'000'000, ns % 1'000'000'000};
  const itimerspec every{period, period};
  timer_ = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  timerfd_settime(timer_, 0, &every, nullptr);
  watch(timer_, timer_id);
}

bool Load::finished() const {
  if (released_ || Clock::now() >= deadline_) return true;
  return options_.hold == 0 && answered_ >= options_.requests;
}

bool Load::run() {
  start_first_requests();
  std::array<epoll_event, 256> ready;
  while (!finished()) {
    const int n = epoll_wait(epoll_, ready.data(), ready.size(), 100);
    for (int i = 0; i < n; ++i) on_ready(ready[static_cast<size_t>(i)].data.u64);
  }
  const bool complete = options_.hold > 0 ? held_ == connections_.size() : answered_ >= options_.requests;
  if (!complete) ++results_.errors;
  results_.print(Seconds(Clock::now() - begin_).count());
  return results_.errors == 0;
}

void Load::on_ready(uint64_t id) {
  char ignored[256];
  if (id == timer_id) return on_timer();
  if (id != stdin_id) return on_readable(id);
  if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) released_ = true;
}

void Load::on_timer() {
  uint64_t ticks = 0;
  if (read(timer_, &ticks, sizeof ticks) != sizeof ticks) return;
  for (; ticks > 0 && scheduled_ < options_.requests; --ticks) {
    overdue_.push_back(begin_ + period_ * static_cast<long>(++scheduled_));
    if (idle_.empty()) continue;
    const size_t i = idle_.back();
    idle_.pop_back();
    next_request(i);
  }
}

void Load::on_readable(size_t i) {
  static std::array<char, 262144> buffer;
  Connection& c = connections_[i];
  const ssize_t n = recv(c.fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) return on_closed(i);
  const size_t before = c.answer.events();
  c.answer.feed({buffer.data(), static_cast<size_t>(n)});
  note_progress(c, c.answer.events() - before);
  if (c.answer.done()) on_answered(i);
}

void Load::note_progress(Connection& c, size_t new_events) {
  const Instant now = Clock::now();
  if (c.begun && new_events > 0) results_.gap.push_back(us_between(c.last_event, now));
  if (new_events > 0) c.last_event = now;
  results_.events += new_events;
  if (c.begun || !c.answer.begun()) return;
  c.begun = true;
  results_.first.push_back(us_between(c.since, now));
  if (options_.hold > 0 && !c.held) on_held(c);
}

void Load::on_answered(size_t i) {
  Connection& c = connections_[i];
  c.busy = false;
  ++answered_;
  results_.latency.push_back(us_between(c.since, Clock::now()));
  const bool whole = options_.events == 0 || c.answer.events() == options_.events;
  if (!c.answer.ok() || !whole) ++results_.errors;
  if (c.answer.closes()) reconnect(i);
  next_request(i);
}

// A proxy may close a connection between two requests; during one it is an error.
void Load::on_closed(size_t i) {
  Connection& c = connections_[i];
  const bool lost = c.busy || options_.hold > 0;
  c.busy = false;
  if (lost) ++results_.errors, ++answered_;
  if (results_.errors > options_.requests) released_ = true;
  if (options_.hold > 0) {
    close(c.fd);
    return;
  }
  reconnect(i);
  if (lost) next_request(i);
}

void Load::next_request(size_t i) {
  if (options_.hold > 0) {
    if (connections_[i].answer.streams()) send_request(i, Clock::now());
  } else if (options_.rate == 0) {
    if (started_ < options_.requests) send_request(i, Clock::now());
  } else if (overdue_.empty()) {
    idle_.push_back(i);
  } else {
    send_request(i, overdue_.front());
    overdue_.pop_front();
  }
}

void Load::on_held(Connection& c) {
  c.held = true;
  ++held_;
  if (opened_ < connections_.size()) {
    connect_to_proxy(opened_);
    send_request(opened_++, Clock::now());
  }
  if (held_ < connections_.size()) return;
  std::printf("{\"holding\":%zu}\n", held_);
  std::fflush(stdout);
  watch(STDIN_FILENO, stdin_id);
  deadline_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(options_.hold));
}

}  // namespace

int main(int argc, char** argv) { return Load(bench::parse_options(argc, argv)).run() ? 0 : 2; }
