// Stored responses, as coroutines of a worker ask for them.
#pragma once

#include <span>
#include <string>

#include "headgate/net/handover.hpp"
#include "headgate/store/responses.hpp"

namespace headgate::gateway {

// Value; borrows the loop and the store. Errors: overloaded, with the cause for the log.
class StoredResponses {
 public:
  StoredResponses(net::Loop& loop, store::Responses& store) : loop_(&loop), store_(&store) {}

  net::Task<core::Result<void>> save(store::StoredResponse response);
  net::Task<core::Result<store::ResponsesFound>> find(store::ResponsesAsked asked);
  net::Task<core::Result<bool>> erase(std::string tenant, std::string id);

 private:
  net::Loop* loop_;
  store::Responses* store_;
};

// What a response was asked with, the questions and answers it stands on included, as a JSON array: `chain` ends with
// it.
std::string input_of_last(std::span<const store::StoredResponse> chain);

// An id that nobody can guess: "resp_" and 48 hex digits.
std::string new_response_id();

}  // namespace headgate::gateway
