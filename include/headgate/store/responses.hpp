// Responses that were answered, kept for requests that stand on them. One small interface, whatever keeps them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"

namespace headgate::store {

struct StoredResponse {
  std::string tenant;
  std::string id;
  std::string previous;  // the id of the response it stands on; empty: none
  core::WallTime created{};
  std::string input;     // the items of its request, a JSON array
  std::string response;  // the object as it was answered
};

// Bytes are those of texts, and a little for each response. Value.
struct ResponseLimits {
  core::milliseconds keep = std::chrono::days(30);
  std::size_t max_response = 16u << 20;
  std::size_t max_tenant = std::size_t{1} << 30;
  std::size_t max_total = std::size_t{4} << 30;
  std::size_t max_chain = 1000;             // responses that stand on one another
  std::size_t max_chain_bytes = 32u << 20;  // of all of them; of those that are asked for beside it, too
};

struct ResponsesAsked {
  std::string tenant;
  std::string last;                 // of a chain; empty: none is asked for
  std::vector<std::string> others;  // by their ids alone
};

struct ResponsesFound {
  std::vector<StoredResponse> chain;   // the oldest first; what lies before `missing` is not in it
  std::string missing;                 // the first on the way back that is not there
  bool too_long = false;               // of either there is more than may be joined
  std::vector<StoredResponse> others;  // those that are there
};

// Shared. Nothing blocks: each `done` is called once, from a thread of the store or at once; it must not throw. What
// belongs to another tenant is not there. What has not begun by `by` is not done. Errors: busy, unreadable, too large.
class Responses {
 public:
  template <typename T>
  using Done = std::function<void(core::Result<T>)>;

  virtual ~Responses() = default;
  // For what is asked for from `done` on. May evict the tenant's oldest, or those of whoever has most.
  virtual void save(StoredResponse response, core::TimePoint by, Done<void> done) = 0;
  virtual void find(ResponsesAsked asked, core::TimePoint by, Done<ResponsesFound> done) = 0;
  // False: it was not there.
  virtual void erase(std::string tenant, std::string id, core::TimePoint by, Done<bool> done) = 0;
  // Holds for all that is stored already.
  virtual void apply(ResponseLimits limits) = 0;
};

}  // namespace headgate::store
