// A provider answered, but not in a way that can be passed on: the next candidate is asked.
#pragma once

#include <string>
#include <utility>

#include "headgate/core/error.hpp"

namespace headgate::core {

// `detail` says what was wrong with it, for the log.
inline Error unusable_answer(std::string detail) {
  return Error(Code::upstream_error, "The provider sent an answer that cannot be used.")
      .with_retry(Retry::next_target)
      .with_detail(std::move(detail));
}

}  // namespace headgate::core
