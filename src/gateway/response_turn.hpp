// A request of the Responses API as one turn of a conversation: what was said before it is brought in, and what comes
// of it is stored before the client has all of it, so that the next turn finds it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "headgate/dialects/responses.hpp"
#include "headgate/gateway/gateway.hpp"
#include "headgate/gateway/stored_responses.hpp"

namespace headgate::gateway {

// Lives for one request, between it and the session's reply. Worker-confined.
class ResponseTurn final : public ReplyWriter {
 public:
  // `call` and `json` outlive it; the call is given another body where the client's only names items.
  ResponseTurn(Call& call, net::Loop& loop, wire::JsonReader& json);

  // Errors: previous_response_not_found, an item that is not known, overloaded.
  net::Task<core::Result<void>> begin();
  // Puts what was said before into a request that was read from the call's body.
  void join(chat::Request& request);
  // What the answer is called, here and by requests to come.
  const std::string& id() const { return id_; }
  bool stores() const { return stores_; }
  // It was to be stored and could not be.
  bool is_lost() const { return lost_; }

  // The answer in the client's words.
  net::Task<bool> send(const ReplyHead& head, std::string_view body) override;
  void expect_stream() override { call_.reply.expect_stream(); }
  bool stream_begun() const override { return call_.reply.stream_begun(); }
  void begin_stream(const ReplyHead& head) override { call_.reply.begin_stream(head); }
  net::Task<bool> write(const net::Outgoing& pieces) override { return call_.reply.write(pieces); }
  net::Task<bool> finish(const net::Outgoing& pieces, bool clean) override;

 private:
  using Items = std::map<std::string, std::string, std::less<>>;
  // Where the response object of an answer says `store`, in that text.
  struct Told {
    std::string object;
    wire::ByteRange store;
  };

  net::Task<core::Result<void>> recall(const std::vector<std::string>& named);
  core::Result<void> read_chain(const std::vector<store::StoredResponse>& chain);
  core::Result<void> bring_in(const store::ResponsesFound& found, const std::vector<std::string>& named);
  std::optional<Told> find_object(std::string_view text, std::size_t from);
  net::Task<bool> save(std::string object);

  Call& call_;
  net::Loop& loop_;
  wire::JsonReader& json_;
  store::Responses* store_;
  dialects::responses::State state_;
  std::string id_;
  bool stores_ = false;
  bool lost_ = false;
  std::string body_;   // with the items that the client's only names
  std::string input_;  // to be stored
  std::vector<chat::Message> earlier_;
};

}  // namespace headgate::gateway
