// What a model answers, whole and in pieces, in no provider's words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/chat/message.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/usage.hpp"

namespace headgate::chat {

enum class Finish : std::uint8_t {
  unknown,  // not said: the answer is not whole
  stop,
  stop_sequence,
  length,  // the limit that was asked for
  window,  // the model's context window
  tool_calls,
  filtered,  // by the provider
  refused,   // by the model
  pause,     // the provider asks to be called again with what it has said
  failed,    // the model made nothing of it: a malformed call
  other,     // it has ended, for a reason that has no word here
};

struct Choice {
  Message message{Role::assistant, {}, {}};
  Finish finish = Finish::unknown;
  std::string stopped_by;  // of Finish::stop_sequence, where it is told
  Json logprobs;           // OpenAI's, as they came; mostly empty
  bool operator==(const Choice&) const = default;
};

struct Answer {
  std::string id;
  std::string model;         // the provider's name for it
  std::int64_t created = 0;  // seconds since the epoch; 0: not said
  std::vector<Choice> choices;
  core::Usage usage;
  std::string service_tier;
  std::vector<std::string> left_out{};  // kinds of things said that have no word here, each once
};

// One piece of a stream. Texts may be empty; a kind's other fields are not read.
struct Event {
  enum class Kind : std::uint8_t {
    start,             // id, model, created; `usage` where the input is known already
    text,              // text
    refusal,           // text
    reasoning,         // text
    signature,         // text: of the reasoning just said, which ends with it; name: its origin
    sealed_reasoning,  // text: its data; name: its origin
    tool_call,         // index, id, name, custom; text: its signature
    arguments,         // index, text
    logprobs,          // text: OpenAI's object, of what was just said
    finish,            // finish; text: what it was stopped by
    usage,             // usage: all that is known by now
    left_out,          // text: the kind of a thing said that has no word here: "server_tool_use"
    done,              // nothing comes after it
    error,             // error; nothing comes after it
  };
  Kind kind = Kind::text;
  std::uint32_t choice = 0;
  std::uint32_t index = 0;  // of a tool call among those of its choice, from 0 without gaps
  std::string text;
  std::string id;
  std::string name;  // of a tool; of Kind::start the model, of signatures their origin
  bool custom = false;
  std::int64_t created = 0;
  Finish finish = Finish::unknown;
  core::Usage usage;
  core::Error error;
};

using Events = std::vector<Event>;

// The same answer in pieces: start, each choice's parts in order and its finish, usage, done.
Events in_pieces(const Answer& answer);

// Puts pieces together. Bounded by what it is fed. Value.
class Assembly {
 public:
  // Errors: the one of an error event; upstream_error where pieces make no sense (more than `max_choices`
  // choices, arguments of a call nobody made, anything after the end).
  core::Result<void> add(const Event& event);
  bool is_done() const { return done_; }
  const Answer& answer() const { return answer_; }

  static constexpr std::uint32_t max_choices = 128;
  static constexpr std::uint32_t max_tool_calls = 1024;  // a choice

 private:
  Answer answer_;
  std::vector<std::vector<std::size_t>> calls_;  // by choice: which part each call is
  bool done_ = false;
};

// Adds a kind of thing that was left out: each once, no more than a few, and as letters that may stand in a header.
void note_left_out(std::vector<std::string>& kinds, std::string_view kind);

// The later of two reports where both say something: counts are totals, not steps.
void merge(core::Usage& known, const core::Usage& later);

// Of two answers together; what either does not know is not known of both.
core::Usage sum(const core::Usage& one, const core::Usage& other);

std::string_view name_of(Finish finish);

}  // namespace headgate::chat
