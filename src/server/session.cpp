#include "session.hpp"

#include <algorithm>

#include "headgate/wire/trace_context.hpp"

namespace headgate::server {

using core::Code;
using core::Error;
using core::Result;
using net::Task;
using wire::Field;

namespace {

constexpr std::size_t first_read = 8 * 1024;
constexpr std::string_view empty_line = "\r\n";
constexpr std::size_t keep_buffer = 16 * 1024;
constexpr std::size_t small_body = 64 * 1024;  // read and dropped, so that the connection can go on
constexpr std::size_t linger_read = 64 * 1024;
constexpr std::size_t linger_beyond = 1u << 20;  // more than a body may have
constexpr core::milliseconds linger_silence{2'000}, linger_time{10'000};

// Ids come back in headers and logs: anything but these characters is replaced by an id of ours.
bool is_request_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

// None: the connection is gone already.
std::optional<access::Address> peer_of(const net::tcp::socket& socket) {
  net::error_code gone;
  const auto address = socket.remote_endpoint(gone).address();
  if (gone) return std::nullopt;
  return address.is_v4() ? access::Address(address.to_v4().to_bytes()) : access::Address(address.to_v6().to_bytes());
}

}  // namespace

Session::Session(Context& context, Service& service, net::tcp::socket socket)
    : context_(context), service_(service), stream_(context.loop, std::move(socket)) {
  context_.sessions.push_back(*this);
  draining_ = context.draining;
}

void Session::drain() {
  draining_ = true;
  if (idle_) stream_.stop();
}

void Session::cut() {
  draining_ = true;
  const bool again = std::exchange(cut_, true);
  if (!answering_) return stream_.stop();
  interrupt_.raise(net::Interrupt::Reason::shutdown);
  if (!again) stream_.expires_at(context_.loop.deadlines().in(last_write));
}

Task<void> Session::run(TlsPtr tls) {
  if (!co_await greet(std::move(tls))) co_return;
  // Also while draining a first request is answered: the connection may have been made before.
  auto next = co_await serve_one();
  while (next == Next::another && !(draining_ && in_.empty()) && !cut_) next = co_await serve_one();
  if (next == Next::linger) co_await linger();
}

Task<bool> Session::greet(TlsPtr tls) {
  if (tls == nullptr) co_return true;
  stream_.expires_at(context_.loop.deadlines().in(context_.settings.timeouts.header));
  auto ssl = tls->session();
  if (ssl == nullptr) co_return false;
  co_return !co_await stream_.handshake(std::move(ssl));
}

// Reads until the head is whole, larger than allowed, or the client says no more.
Task<bool> Session::read_head() {
  const auto& timeouts = context_.settings.timeouts;
  scanned_ = judged_ = head_size_ = 0;
  early_fault_ = {};
  idle_ = in_.empty();
  const auto patience = idle_ && draining_ ? std::min(timeouts.idle, last_wait)
                        : idle_            ? timeouts.idle
                                           : timeouts.header;
  stream_.expires_at(context_.loop.deadlines().in(patience));
  for (bool may_skip = true;;) {
    // RFC 9112 section 2.2: one empty line in front of a request is passed over.
    if (may_skip && in_.size() >= empty_line.size()) {
      may_skip = false;
      if (in_.view().starts_with(empty_line)) {
        in_.consume(empty_line.size());
        scanned_ = 0;
      }
      head_size_ = heads_.find_end(in_.view(), scanned_);
    }
    if (head_size_ != 0 || in_.size() > context_.settings.max_header) break;
    early_fault_ = wire::fault_in_unfinished_head(in_.view(), judged_);
    if (!early_fault_.empty()) break;
    char* const at = in_.prepare(first_read);
    const auto [error, received] = co_await stream_.read_some(boost::asio::buffer(at, in_.room()));
    if (error) co_return false;
    in_.commit(received);
    if (std::exchange(idle_, false)) stream_.expires_at(context_.loop.deadlines().in(timeouts.header));
    head_size_ = heads_.find_end(in_.view(), scanned_);
  }
  stream_.expires_at(core::no_deadline);
  co_return true;
}

Task<bool> Session::receive(net::FlatBuffer& into, std::size_t size) {
  char* const at = into.prepare(size);
  const auto [error, received] = co_await stream_.read_some(boost::asio::buffer(at, into.room()));
  into.commit(received);
  co_return !error;
}

void Session::begin_record() {
  record_.reset();
  record_.started = core::Clock::now();
  record_.received = std::chrono::system_clock::now();
  interrupt_ = {};
  replied_ = streaming_ = beating_ = false;
  continue_sent_ = false;
  match_ = {};
  head_ = {};
  whole_body_ = {};
  body_in_head_buffer_ = 0;
}

Task<Session::Next> Session::serve_one() {
  if (!co_await read_head()) co_return Next::close;
  begin_record();
  snapshot_ = service_.snapshot();
  auto next = Next::linger;
  if (auto admitted = check_head(); !admitted) {
    next = co_await refuse(admitted.error(), expects_small_body() ? Next::another : Next::linger);
  } else {
    Result<void> body;
    if (!take_body_that_came()) body = co_await read_body();
    if (body) {
      co_await answer();
      next = keep_alive_ ? Next::another : Next::linger;
    } else {
      next = co_await refuse(body.error(), Next::linger);
    }
  }
  end_record();
  in_.consume(head_size_ + body_in_head_buffer_);
  if (!pipelined_.empty()) in_.append(std::exchange(pipelined_, {}).view());
  in_.release(keep_buffer);
  body_.clear();
  body_.release(keep_buffer);
  snapshot_.reset();
  co_return next;
}

// All that can be said before the body is read: is it HTTP, does the URL exist, who is calling.
Result<void> Session::check_head() {
  keep_alive_ = false;  // until the head is known to be sound
  const auto& settings = context_.settings;
  context_.ids.append_request_id(record_.id);
  if (!early_fault_.empty())
    return Error(Code::invalid_request, "The HTTP request is malformed: " + std::string(early_fault_) + ".");
  if (head_size_ == 0 || head_size_ > settings.max_header)
    return Error(Code::headers_too_large, "The header block is larger than server.max_header (" +
                                              std::to_string(settings.max_header) + " bytes).");
  if (auto read = heads_.read(in_.view().substr(0, head_size_), head_); !read) return read;
  if (const auto id = head_.fields[Field::x_request_id]; is_request_id(id)) record_.id = id;
  keep_alive_ = head_.keep_alive && !draining_;
  if (head_.target.size() > wire::max_target)
    return keep_alive_ = false, Error(Code::uri_too_long, "The request target is longer than 8 KiB.");

  const auto path = wire::path_of(head_.target);
  const bool is_form_of_method = head_.method == wire::Method::options || head_.method == wire::Method::connect;
  if (path.empty() && !is_form_of_method)
    return keep_alive_ = false,
           Error(Code::invalid_request, "The HTTP request is malformed: the target must begin with a slash.");
  match_ = find_endpoint(service_.endpoints(), head_.method, path);
  if (path.empty() || head_.method == wire::Method::trace) {
    match_.wrong_method = true;
    match_.allow = "GET, HEAD, POST";
  }
  if (match_.endpoint == nullptr && match_.wrong_method)
    return Error(Code::method_not_allowed, "This URL takes " + std::string(match_.allow) + " only.");
  if (match_.endpoint == nullptr)
    return Error(Code::unknown_url, "Nothing is served at this URL. " + std::string(service_.where_to_look()));
  record_.route = match_.endpoint->route;
  if (auto admitted = service_.admit(head_, *snapshot_); !admitted) return admitted;
  if (match_.endpoint->needs_key) {
    if (auto identified = identify(); !identified) return identified;
  }
  if (!head_.fields[Field::content_encoding].empty() &&
      !wire::equal_ignoring_case(head_.fields[Field::content_encoding], "identity"))
    return Error(Code::unsupported_media_type, "Compressed request bodies are not read; send the body as it is.");
  if (const auto expectation = head_.fields[Field::expect];
      !expectation.empty() && !wire::equal_ignoring_case(expectation, "100-continue"))
    return Error(Code::expectation_failed, "The only expectation that can be met is 100-continue.");
  if (head_.has_length && head_.length > settings.max_body)
    return keep_alive_ = false, Error(Code::request_too_large, "The body is larger than server.max_body (" +
                                                                   std::to_string(settings.max_body) + " bytes).");
  return {};
}

// A connection mostly shows the same credential again and again. What was found out about it holds
// as long as the snapshot does, which a revocation replaces, and the key has not expired.
Result<void> Session::identify() {
  const auto credential = head_.fields[Field::authorization];
  // With two credentials the other one may have decided: nothing is remembered of those.
  const bool single =
      !credential.empty() && head_.fields[Field::x_api_key].empty() && head_.fields[Field::x_goog_api_key].empty();
  const bool expired = known_.expires && *known_.expires <= record_.received;
  const bool known = single && snapshot_->generation == known_in_ && !expired && known_credential_.equals(credential);
  if (!known) {
    auto identity = service_.identify(head_, *snapshot_, record_.received);
    if (!identity) return identity.error();
    known_ = std::move(*identity);
    known_credential_ = core::Secret(std::string(credential));
    known_in_ = single ? snapshot_->generation : 0;
  }
  record_.tenant = known_.tenant;
  record_.key_id = known_.key_id;
  return {};
}

// Whether what follows a refused head is known and small enough to be read over.
bool Session::expects_small_body() const {
  return keep_alive_ && !head_.chunked && head_.fields[Field::expect].empty() && head_.length <= small_body;
}

Task<Session::Next> Session::refuse(const Error& error, Next next) {
  record_.outcome = error.name();
  record_.detail = error.detail();
  if (error.code() == Code::client_gone || error.code() == Code::request_timeout) {
    record_.status = error.status();
    co_return Next::close;
  }
  if (next == Next::another) {
    const auto read_over = co_await read_body();
    if (!read_over) next = Next::linger;
  }
  keep_alive_ = next == Next::another;
  const auto dialect = match_.endpoint == nullptr ? dialect_at(wire::path_of(head_.target)) : match_.endpoint->dialect;
  auto reply = gateway::error_reply(error, dialect, record_.id);
  if (match_.wrong_method) reply.fields.append("allow: ").append(match_.allow).append("\r\n");
  const bool there = co_await send({error.status(), "application/json", reply.fields}, reply.body);
  co_return there ? next : Next::close;
}

// The system is asked once a connection, and only where a rule makes a difference of it.
void Session::note_zone() {
  if (!goes_to_model(*match_.endpoint) || !snapshot_->router.asks_for_zone()) return;
  if (!peer_) peer_ = peer_of(stream_.socket());
  if (peer_) record_.zone = snapshot_->access.zones.of(*peer_);
}

Task<void> Session::answer() {
  record_.bytes_in = whole_body_.size();
  note_zone();
  net::WatchedPeer watched(static_cast<int>(stream_.socket().native_handle()), interrupt_);
  context_.loop.watch(watched);
  Request request{head_, in_.view().substr(0, head_size_), match_, whole_body_, *this, interrupt_, record_, snapshot_};
  answering_ = true;
  co_await service_.answer(request);
  answering_ = false;
  if (!replied_ || interrupt_.raised()) keep_alive_ = false;
}

void Session::end_record() {
  record_.total = core::Clock::now() - record_.started;
  if (record_.status == 0) record_.status = core::traits(Code::client_gone).status;
  const auto* endpoint = match_.endpoint;
  const auto index = endpoint == nullptr ? 31 : static_cast<std::size_t>(endpoint - service_.endpoints().data());
  if (service_.counts_requests())
    context_.metrics.count(endpoint == nullptr ? "openai" : endpoint->surface,
                           endpoint == nullptr ? "none" : endpoint->route, index, record_.status);
  if (endpoint != nullptr && goes_to_model(*endpoint)) {
    context_.metrics.duration.observe(record_.total);
    context_.metrics.overhead.observe(record_.overhead());
  }
  context_.collaborators.on_request(record_);
}

// The peer may still be sending what was refused. Closing now would make the kernel answer with a
// reset, which can overtake the reply (RFC 9112 section 9.6).
Task<void> Session::linger() {
  stream_.shutdown_write();
  const auto& deadlines = context_.loop.deadlines();
  const auto end = deadlines.in(linger_time);
  for (std::size_t read = 0; read < context_.settings.max_body + linger_beyond; read += in_.size()) {
    in_.clear();
    stream_.expires_at(std::min(end, deadlines.in(linger_silence)));
    if (!co_await receive(in_, linger_read)) co_return;
  }
}

}  // namespace headgate::server
