// What a user thought of an answer: POST /v1/headgate/feedback.
#pragma once

#include <string>
#include <string_view>

#include "headgate/core/result.hpp"

namespace headgate::server {

struct Feedback {
  std::string request_id;
  double score = 0;  // 0 to 1
};

// {"request_id": "...", "score": 0 to 1}. Error: invalid_json, or invalid_request with the member at fault.
core::Result<Feedback> read_feedback(std::string_view body);

}  // namespace headgate::server
