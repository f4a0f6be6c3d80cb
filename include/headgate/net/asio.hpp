// The few names of Asio the house uses.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "headgate/net/task.hpp"

namespace headgate::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

}  // namespace headgate::net
