// OpenAI's chat completions: what most clients and most providers speak, each vendor with words of its own.
// It is also the text in which the gateway's policy reads a request of any other dialect.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects::chat_completions {

// How a vendor wants to be talked to. What stands here is OpenAI's own way. An empty name: no such word.
struct Words {
  enum class Thinking : std::uint8_t {
    none,
    effort,     // reasoning_effort
    type,       // thinking{type} and reasoning_effort high or max
    enable,     // enable_thinking and thinking_budget
    reasoning,  // reasoning{effort or max_tokens, exclude, enabled}
  };
  enum class Thoughts : std::uint8_t { left_out, reasoning_content, reasoning_details };
  enum class CacheMarks : std::uint8_t { none, cache_control, breakpoint };

  // Our own text for policy: nothing is lost, whatever it takes. The rest of the words is not read then.
  bool keeps_all = false;

  std::string_view max_tokens = "max_completion_tokens";
  std::string_view developer = "developer";  // the role
  std::string_view required = "required";    // the tool choice
  std::string_view seed = "seed";
  std::string_view user = "safety_identifier";
  std::size_t longest_user = 64;
  std::size_t longest_call_id = 40;  // longer ids are replaced, in calls and results alike
  bool nine_letter_ids = false;      // every id must be of nine letters and digits

  Thinking thinking = Thinking::effort;
  Thoughts thoughts = Thoughts::left_out;  // of earlier answers, when they are handed back
  CacheMarks cache_marks = CacheMarks::none;

  bool stream_options = true;
  bool names = true;     // of who speaks
  bool refusals = true;  // as parts; else as texts
  bool audio = true;
  bool files = true;
  bool file_urls = false;
  bool pictures_in_results = false;  // else they follow in a user's message

  bool custom_tools = true;
  bool allowed_tools = true;  // else only those are offered
  bool strict_tools = true;
  bool parallel_tools = true;
  bool schemas = true;  // response_format json_schema

  bool top_k = false;
  bool penalties = true;
  bool logprobs = true;
  bool several_answers = true;

  bool metadata = true;
  bool service_tier = true;
  bool cache_key = true;
  bool verbosity = true;
  bool store = true;
  std::span<const std::string_view> extras = openai_extras;  // members that are handed on as they came

  static constexpr std::string_view openai_extras[] = {
      "logit_bias", "prediction", "web_search_options",     "modalities",
      "audio",      "moderation", "prompt_cache_retention", "prompt_cache_options"};
};

// read_request(write_request(r, policy_words)) == r.
inline constexpr Words policy_words{.keeps_all = true};

// Members that change no answer, for other dialects' `leave_behind`.
inline constexpr std::string_view harmless_extras[] = {"prompt_cache_retention", "prompt_cache_options"};

// Errors: invalid_request, with param.
core::Result<chat::Request> read_request(wire::JsonValue body);
// Errors: as of cannot_say.
core::Result<Written> write_request(const chat::Request& request, const Words& words);

// Errors: upstream_error, next target, or what the error object in it says.
core::Result<chat::Answer> read_answer(wire::JsonValue body);
void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown);

core::Error read_error(wire::JsonReader& json, int status, std::string_view body);
void append_error(std::string& out, const core::Error& error, std::string_view request_id);

std::unique_ptr<EventReader> make_event_reader();
std::unique_ptr<EventWriter> make_event_writer(Shown shown);

}  // namespace headgate::dialects::chat_completions
