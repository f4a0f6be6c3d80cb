// What a dialect must be able to do, so that a client of one can be answered by a model of another:
// read and write requests, answers, streams and errors. One header beside this one for each dialect.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/request.hpp"
#include "headgate/core/result.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::dialects {

// Each named after its API's main call.
enum class Dialect : std::uint8_t { chat_completions, responses, messages, generate_content, converse };

// A request as one dialect says it.
struct Written {
  std::string body;
  // What had to be said in another way or was left out because it changes no answer, for
  // `x-headgate-adapted`: "system", "metadata".
  std::vector<std::string> changed;
};

// What an answer says where its provider left it out.
struct Shown {
  std::string id;
  std::string model;
  std::int64_t created = 0;
  bool usage = true;  // whether a stream ends with it
};

// A provider's stream of one dialect, event by event. Never throws; what is not of the dialect is an
// error, but for events of a kind unknown, which are passed over. One a stream.
class EventReader {
 public:
  virtual ~EventReader() = default;
  // Appends what it means, which may be nothing. `data` is followed by wire::json_padding bytes.
  // Errors: upstream_error. What the provider itself reports is an event of kind error.
  virtual core::Result<void> read(wire::JsonReader& json, std::string_view name, std::string_view data,
                                  chat::Events& out) = 0;
  // The transport ended. Appends `done` where the dialect has no last event of its own and the answer is
  // whole. Errors: upstream_error, the answer broke off.
  virtual core::Result<void> end(chat::Events& out) = 0;
};

// A stream for a client of one dialect. One a stream; fed with a whole one, `start` first.
class EventWriter {
 public:
  virtual ~EventWriter() = default;
  // Appends the bytes of the events that say it, each with its empty line.
  virtual void write(std::string& out, const chat::Event& event) = 0;
};

}  // namespace headgate::dialects
