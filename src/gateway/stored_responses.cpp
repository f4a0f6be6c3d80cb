#include "headgate/gateway/stored_responses.hpp"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace headgate::gateway {

using core::Error;
using core::Result;
using net::Task;

namespace {

// Of a client: longer than the store waits for a lock.
constexpr core::milliseconds patience{3'000};

Error not_at_hand(std::string cause) {
  return Error(core::Code::overloaded, "The stored responses cannot be reached at the moment; send the request again.")
      .with_detail(std::move(cause));
}

// Files and their troubles are for the log.
template <typename T>
Result<T> told(std::optional<Result<T>> answer) {
  if (!answer) return not_at_hand("the store of responses did not answer in time");
  if (*answer) return *std::move(answer);
  return not_at_hand(answer->error().message());
}

core::TimePoint in_time() { return core::Clock::now() + patience; }

}  // namespace

Task<Result<void>> StoredResponses::save(store::StoredResponse response) {
  net::Handover<Result<void>> saved(*loop_);
  const auto by = in_time();
  store_->save(std::move(response), by, saved.taker());
  co_return told(co_await saved.wait_until(by));
}

Task<Result<store::ResponsesFound>> StoredResponses::find(store::ResponsesAsked asked) {
  net::Handover<Result<store::ResponsesFound>> found(*loop_);
  const auto by = in_time();
  store_->find(std::move(asked), by, found.taker());
  co_return told(co_await found.wait_until(by));
}

Task<Result<bool>> StoredResponses::erase(std::string tenant, std::string id) {
  net::Handover<Result<bool>> erased(*loop_);
  const auto by = in_time();
  store_->erase(std::move(tenant), std::move(id), by, erased.taker());
  co_return told(co_await erased.wait_until(by));
}

std::string new_response_id() {
  static constexpr char hex[] = "0123456789abcdef";
  std::array<unsigned char, 24> random;
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("the system's random generator does not answer");
  std::string id = "resp_";
  for (const unsigned byte : random) {
    id += hex[byte >> 4];
    id += hex[byte & 15];
  }
  return id;
}

}  // namespace headgate::gateway
