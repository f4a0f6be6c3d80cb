#pragma once

#include <boost/system/result.hpp>

#include "headgate/core/error.hpp"

namespace headgate::core {

[[noreturn]] void throw_unread_error(const Error& error);

// Found by argument-dependent lookup when value() is called on an error: a bug, not a flow.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&) {
  throw_unread_error(error);
}

template <typename T>
using Result = boost::system::result<T, Error>;

}  // namespace headgate::core
