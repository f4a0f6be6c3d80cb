#include "admin_client.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include "headgate/net/asio.hpp"

namespace headgate::app {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
constexpr std::chrono::seconds patience{2};
constexpr auto returned = boost::asio::as_tuple(boost::asio::use_awaitable);
using Response = http::response<http::string_body>;
using Request = http::request<http::string_body>;

boost::asio::awaitable<void> exchange(server::Address admin, Request request, Response& response, std::string& error) {
  const auto executor = co_await boost::asio::this_coro::executor;
  beast::tcp_stream stream(executor);
  stream.expires_after(patience);
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(admin.host, failed);
  const auto [connected] = co_await stream.async_connect(net::tcp::endpoint(address, admin.port), returned);
  const bool v6 = admin.host.find(':') != std::string::npos;
  request.set(http::field::host, v6 ? "[" + admin.host + "]" : admin.host);
  beast::flat_buffer buffer;
  failed = connected;
  if (!failed) failed = std::get<0>(co_await http::async_write(stream, request, returned));
  if (!failed) failed = std::get<0>(co_await http::async_read(stream, buffer, response, returned));
  if (failed) error = failed.message();
}

core::Result<AdminReply> reply_to(Request request, const server::Address& admin) {
  boost::asio::io_context io(1);
  Response response;
  std::string error;
  auto to = admin;
  if (to.host == "0.0.0.0") to.host = "127.0.0.1";
  if (to.host == "::") to.host = "::1";
  boost::asio::co_spawn(io, exchange(to, std::move(request), response, error), [](std::exception_ptr bug) {
    if (bug != nullptr) std::rethrow_exception(bug);
  });
  io.run();
  if (!error.empty())
    return core::Error(core::Code::internal_error, "no daemon answers on " + to.host + ":" + std::to_string(to.port) +
                                                       " (" + error + "). Is it running, with this configuration?");
  return AdminReply{static_cast<int>(response.result_int()), response.body()};
}

}  // namespace

core::Result<AdminReply> ask_admin(const server::Address& admin, const std::string& path) {
  return reply_to(Request(http::verb::get, path, 11), admin);
}

core::Result<AdminReply> tell_admin(const server::Address& admin, const std::string& path, const std::string& body) {
  Request request(http::verb::post, path, 11, body);
  request.set(http::field::content_type, "application/json");
  request.prepare_payload();
  return reply_to(std::move(request), admin);
}

}  // namespace headgate::app
