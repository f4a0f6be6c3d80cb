// A response as it grows: pieces of an answer become output items, and each step an event of a stream.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/dialects/responses.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::responses {

// One output item: what the model said in one breath, a call, or a thought. Value.
struct Item {
  enum class Kind : std::uint8_t { message, reasoning, call };
  struct Content {
    bool refusal = false;
    std::string text;
    std::string logprobs;  // items of the array
  };

  Kind kind = Kind::message;
  bool open = true;
  bool custom = false;
  std::string id;
  std::vector<Content> contents;  // of a message
  std::string call_id, name;
  std::string text;    // of a reasoning; arguments of a call
  std::string sealed;  // encrypted_content

  void append(wire::JsonWriter& json, std::string_view status) const;
};

// "resp_7f" has items "msg_7f_0", "rs_7f_1": unique without chance, and the same in a stream and in its store.
std::string item_id(std::string_view prefix, std::string_view response, std::string_view place);

void append_content(wire::JsonWriter& json, const Item::Content& content);

// Fed with an answer's pieces in order, those of its first choice. Worker-confined, one a response.
class Output {
 public:
  Output(Shown shown, Echo echo) : shown_(std::move(shown)), echo_(std::move(echo)) {}

  // The events that tell it are appended to `events`, if there is one.
  void add(const chat::Event& event, std::string* events);
  void set_service_tier(std::string tier) { service_tier_ = std::move(tier); }
  void append_response(wire::JsonWriter& json, std::string_view status) const;
  std::string_view status() const;

 private:
  using Kind = Item::Kind;

  void start(const chat::Event& event);
  void say(const std::string& text, bool refusal);
  void think(const std::string& text);
  void seal(const std::string& data);
  void sign(const chat::Event& event);
  void call(const chat::Event& event);
  void argue(std::uint32_t call, const std::string& text);
  void take_logprobs(const std::string& object);
  void finish(chat::Finish finish);
  void end();
  void fail(const core::Error& error);

  Item* last_open(Kind kind);
  Item& open(Kind kind);
  void close(Item& item);
  void close_content(const Item& item);
  void close_thought(const Item& item);
  void close_call(Item& item);
  void close_last();

  template <typename Write>
  void tell(std::string_view type, Write&& write);
  template <typename Write>
  void tell(std::string_view type, const Item& item, Write&& write);
  void tell_item(std::string_view type, const Item& item, std::string_view status);
  void tell_response(std::string_view type, std::string_view status);
  void tell_delta(std::string_view type, const Item& item, std::string_view delta);
  std::size_t index_of(const Item& item) const { return static_cast<std::size_t>(&item - items_.data()); }

  Shown shown_;
  Echo echo_;
  std::string* events_ = nullptr;
  std::uint64_t sequence_ = 0;
  bool started_ = false, ended_ = false;
  bool refused_ = false;
  chat::Finish finish_ = chat::Finish::unknown;
  core::Usage usage_;
  std::string service_tier_;
  core::Error error_;
  bool failed_ = false;
  std::vector<Item> items_;
  std::vector<std::size_t> calls_;  // which item each call is
  wire::JsonReader json_;
};

}  // namespace headgate::dialects::responses
