#include "headgate/dialects/codec.hpp"

#include <array>

#include "headgate/dialects/unsaid.hpp"
#include "headgate/dialects/words.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects {
namespace {

// Most dialects repeat nothing of what they were asked.
std::string no_echo(wire::JsonValue) { return {}; }

std::optional<wire::ByteRange> model_member(wire::JsonValue body) {
  const auto model = body["model"];
  return model.is_string() ? std::optional(model.range()) : std::nullopt;
}

std::optional<wire::ByteRange> no_model(wire::JsonValue) { return std::nullopt; }

template <auto write>
void answer_without_echo(std::string& out, const chat::Answer& answer, const Shown& shown, std::string_view) {
  write(out, answer, shown);
}

template <auto make>
std::unique_ptr<EventWriter> writer_without_echo(Shown shown, std::string_view) {
  return make(std::move(shown));
}

// What a response stands on is the gateway's to know. What becomes of it is, too: no provider is asked to store it.
core::Result<chat::Request> read_response_request(wire::JsonValue body) {
  const auto state = responses::read_state(body);
  if (!state.conversation.empty()) return cannot_say("conversation");
  if (state.background) return cannot_say("background");
  auto request = responses::read_request(body);
  if (request && request->store == true) request->store.reset();
  return request;
}

std::string response_echo(wire::JsonValue body) { return responses::read_echo(body).members; }

void response_answer(std::string& out, const chat::Answer& answer, const Shown& shown, std::string_view echo) {
  responses::append_answer(out, answer, shown, {std::string(echo)});
}

std::unique_ptr<EventWriter> response_writer(Shown shown, std::string_view echo) {
  return responses::make_event_writer(std::move(shown), {std::string(echo)});
}

void input_tokens(std::string& out, core::Tokens tokens) {
  wire::JsonWriter(out).begin_object().member("input_tokens", tokens).end_object();
}

constexpr Codec chat_completions_codec{
    chat_completions::read_request,
    no_echo,
    answer_without_echo<chat_completions::append_answer>,
    writer_without_echo<chat_completions::make_event_writer>,
    chat_completions::append_error,
    input_tokens,
    model_member,
    chat_completions::read_answer,
    chat_completions::read_error,
    chat_completions::make_event_reader,
};

constexpr Codec responses_codec{
    read_response_request, response_echo, response_answer,        response_writer,       responses::append_error,
    input_tokens,          model_member,  responses::read_answer, responses::read_error, responses::make_event_reader,
};

constexpr Codec messages_codec{
    anthropic::read_request,
    no_echo,
    answer_without_echo<anthropic::append_answer>,
    writer_without_echo<anthropic::make_event_writer>,
    anthropic::append_error,
    anthropic::append_token_count,
    anthropic::model_value,
    anthropic::read_answer,
    anthropic::read_error,
    anthropic::make_event_reader,
};

constexpr Codec generate_content_codec{
    gemini::read_request,
    no_echo,
    answer_without_echo<gemini::append_answer>,
    writer_without_echo<gemini::make_event_writer>,
    gemini::append_error,
    gemini::append_token_count,
    no_model,
    gemini::read_answer,
    gemini::read_error,
    gemini::make_event_reader,
};

core::Error converse_error(wire::JsonReader& json, int status, std::string_view body) {
  return bedrock::read_error(json, status, {}, body);
}

constexpr Codec converse_codec{
    chat_completions::read_request,
    no_echo,
    answer_without_echo<chat_completions::append_answer>,
    writer_without_echo<chat_completions::make_event_writer>,
    chat_completions::append_error,
    input_tokens,
    no_model,
    bedrock::read_answer,
    converse_error,
    bedrock::make_event_reader,
};

}  // namespace

const Codec& codec_of(Dialect dialect) {
  switch (dialect) {
    case Dialect::chat_completions: return chat_completions_codec;
    case Dialect::responses: return responses_codec;
    case Dialect::messages: return messages_codec;
    case Dialect::generate_content: return generate_content_codec;
    case Dialect::converse: return converse_codec;
  }
  return chat_completions_codec;
}

std::string_view stream_type(Dialect dialect) {
  return dialect == Dialect::converse ? "application/vnd.amazon.eventstream" : "text/event-stream";
}

// Google's SDK for Python takes a comment for JSON (google-genai 1.x, 2026), and passes over empty lines.
std::string_view heartbeat(Dialect dialect) { return dialect == Dialect::generate_content ? "\n" : ": waiting\n\n"; }

bool asks_for_several(const Words& words) {
  if (const auto* own = std::get_if<chat_completions::Words>(&words)) return own->several_answers;
  return std::holds_alternative<gemini::Words>(words);
}

core::Result<Written> write_request(const chat::Request& request, const Words& words) {
  struct Write {
    const chat::Request& request;
    core::Result<Written> operator()(const chat_completions::Words& own) const {
      return chat_completions::write_request(request, own);
    }
    core::Result<Written> operator()(const ResponsesWords&) const { return responses::write_request(request); }
    core::Result<Written> operator()(const anthropic::Words& own) const {
      return anthropic::write_request(request, own);
    }
    core::Result<Written> operator()(const gemini::Words& own) const { return gemini::write_request(request, own); }
    core::Result<Written> operator()(const ConverseWords&) const { return bedrock::write_request(request); }
  };
  return std::visit(Write{request}, words);
}

}  // namespace headgate::dialects
