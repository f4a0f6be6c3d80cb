// Words of the Messages API that several of its readers and writers share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "headgate/chat/answer.hpp"
#include "headgate/chat/message.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::anthropic {

// Finish::unknown where nothing is said; Finish::other for a word of tomorrow.
chat::Finish finish_of(std::string_view stop_reason);

// Empty where nothing can be said. Clients go by `tool_use` where a call was made.
std::string_view stop_reason_of(chat::Finish finish, bool called_tools);

// Counts as the provider gave them, the last word on each.
class Counts {
 public:
  void take(wire::JsonValue usage);
  core::Usage usage() const;

 private:
  std::optional<core::Tokens> input_, cache_read_, cache_write_, output_, thinking_;
  bool implausible_ = false;
};

void write_usage(wire::JsonWriter& json, const core::Usage& usage, std::string_view service_tier);

// Of a message_delta, where nothing but the output must be known.
void write_last_usage(wire::JsonWriter& json, const core::Usage& usage);

void write_stop(wire::JsonWriter& json, chat::Finish finish, const std::string& stopped_by, bool called_tools);

std::optional<chat::CacheTime> cache_time(wire::JsonValue cache_control);

// Ids of calls are of letters, digits, _ and - here; other characters become _, in calls and results alike.
std::string call_id(std::string_view id);

}  // namespace headgate::dialects::anthropic
