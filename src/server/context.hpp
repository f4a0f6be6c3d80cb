// What the sessions of one worker share.
#pragma once

#include <boost/intrusive/list.hpp>
#include <string>

#include "headgate/metrics/metrics.hpp"
#include "headgate/net/loop.hpp"
#include "headgate/server/server.hpp"

namespace headgate::server {

// How the way down reaches a session. Worker-confined.
class OpenSession
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual void drain() = 0;  // an idle one closes now, a busy one after its answer
  virtual void cut() = 0;    // its time is over

 protected:
  ~OpenSession() = default;
};

// Unguessable names for requests and spans. Worker-confined.
class Ids {
 public:
  void append_request_id(std::string& out);  // "req_" and 32 hex digits
  std::string span_id();                     // 16 hex digits

 private:
  void append_hex(std::string& out, std::size_t bytes);
  std::array<unsigned char, 1024> pool_{};
  std::size_t used_ = sizeof(pool_);
};

// Counters of finished requests. Shared.
class RequestMetrics {
 public:
  explicit RequestMetrics(metrics::Registry& registry);
  void count(std::string_view surface, std::string_view route, std::size_t route_index, int status);

  metrics::Gauge& in_flight;
  metrics::Histogram& duration;
  metrics::Histogram& overhead;

 private:
  static constexpr std::size_t routes = 32, statuses = 500;
  metrics::Registry& registry_;
  metrics::LazyCounters<routes * statuses> requests_;
};

// One a worker; worker-confined, but for the metrics.
struct Context {
  net::Loop& loop;
  const Settings& settings;
  const Collaborators& collaborators;
  RequestMetrics& metrics;
  Ids ids;
  boost::intrusive::list<OpenSession, boost::intrusive::constant_time_size<false>> sessions;
  bool draining = false;
};

}  // namespace headgate::server
