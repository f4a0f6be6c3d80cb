// One client connection: reads requests one after the other under limits and deadlines, hands each
// to the service, writes the answers in order.
#pragma once

#include <optional>
#include <string>

#include "context.hpp"
#include "headgate/net/flat_buffer.hpp"
#include "headgate/net/head_reader.hpp"
#include "headgate/net/stream.hpp"
#include "headgate/wire/chunked.hpp"
#include "service.hpp"

namespace headgate::server {

// Owns the socket on one worker until it closes. Worker-confined.
class Session final : public gateway::ReplyWriter, public OpenSession {
 public:
  Session(Context& context, Service& service, net::tcp::socket socket);

  net::Task<void> run(TlsPtr tls);

  void drain() override;
  void cut() override;

 private:
  enum class Next { another, close, linger };
  // Rings when a stream has been silent for a while.
  struct Heartbeat final : net::Alarm {
    explicit Heartbeat(Session& of) : session(of) {}
    void ring() override { session.beat(); }
    Session& session;
  };
  // For a client that does not read, once its time is over.
  static constexpr core::milliseconds last_write{1'000};
  static constexpr core::milliseconds last_wait{1'000};  // for a first request while draining

  net::Task<bool> greet(TlsPtr tls);
  net::Task<Next> serve_one();
  net::Task<bool> read_head();  // false: nothing more will come
  bool take_body_that_came();
  net::Task<core::Result<void>> read_body();
  net::Task<core::Result<void>> read_sized_body(std::size_t size);
  net::Task<core::Result<void>> read_chunked_body();
  net::Task<bool> receive(net::FlatBuffer& into, std::size_t size);
  net::Task<void> answer();
  net::Task<Next> refuse(const core::Error& error, Next next);
  net::Task<void> linger();
  core::Result<void> check_head();
  core::Result<void> identify();
  bool expects_small_body() const;
  void note_zone();
  void begin_record();
  void end_record();

  // ReplyWriter
  net::Task<bool> send(const gateway::ReplyHead& head, std::string_view body) override;
  void expect_stream() override;
  bool stream_begun() const override { return streaming_; }
  void begin_stream(const gateway::ReplyHead& head) override;
  net::Task<bool> write(const net::Outgoing& pieces) override;
  net::Task<bool> finish(const net::Outgoing& pieces, bool clean) override;
  void abandon() override { keep_alive_ = false; }

  void append_head(const gateway::ReplyHead& head);
  void beat();
  void append_heartbeat();
  net::Task<bool> write_pieces(const net::Outgoing& pieces, std::string_view last);
  net::Task<bool> write_out(net::Outgoing& outgoing);

  Context& context_;
  Service& service_;
  net::SocketStream stream_;
  net::FlatBuffer in_;            // the head, and what came along with it
  net::FlatBuffer body_;          // a body that did not come along with its head, or was chunked
  net::FlatBuffer pipelined_;     // what came behind a chunked body: the next request
  std::size_t scanned_ = 0;       // of in_, in search for the end of a head
  std::size_t judged_ = 0;        // of in_, as the beginning of a head
  std::size_t head_size_ = 0;     // of the current request, at the front of in_
  std::string_view early_fault_;  // why what came can never become a head
  net::HeadReader heads_;
  wire::RequestHead head_;
  Match match_;
  SnapshotPtr snapshot_;
  std::string_view whole_body_;
  std::size_t body_in_head_buffer_ = 0;  // bytes of in_ behind the head that belong to the body

  access::Identity known_;  // who the last credential belongs to
  core::Secret known_credential_;
  std::uint64_t known_in_ = 0;  // generation of the snapshot that said so

  std::optional<access::Address> peer_;  // none: no rule asked yet

  gateway::RequestRecord record_;
  net::Interrupt interrupt_;
  std::string out_;      // head of the answer, held until its first piece; comments that have not left yet
  std::string framing_;  // of one chunk
  Heartbeat heartbeat_{*this};
  bool keep_alive_ = true;
  bool streams_chunked_ = true;
  bool replied_ = false;
  bool streaming_ = false;  // the answer is a stream, and its head is at least in out_
  bool writing_ = false;
  bool beating_ = false;  // the last comment is still in out_
  bool idle_ = true;
  bool draining_ = false;
  bool cut_ = false;        // its time is over
  bool answering_ = false;  // the service has the request
  bool continue_sent_ = false;
};

}  // namespace headgate::server
