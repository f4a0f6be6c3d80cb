#include "headgate/wire/openai_passthrough.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace headgate::wire::openai {
namespace {

constexpr std::string_view form_type = "multipart/form-data; boundary=b";
constexpr std::string_view json_type = "application/json";

std::string part(std::string_view name, std::string_view value, std::string_view more = {}) {
  return "--b\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"" + std::string(more) + "\r\n\r\n" +
         std::string(value) + "\r\n";
}
std::string form(std::string_view parts) { return std::string(parts) + "--b--\r\n"; }
const std::string sound = part("file", std::string("ID3\0\xff", 5), "; filename=\"a.mp3\"");

std::string joined(const Spliced& spliced) {
  std::array<std::string_view, Spliced::max_pieces> pieces;
  std::string text;
  for (std::size_t i = 0, count = spliced.pieces(pieces); i < count; ++i) text += pieces[i];
  EXPECT_EQ(text.size(), spliced.size());
  return text;
}

// What is asked, and what the provider gets: of an error its status and param.
struct Seen {
  std::string model;
  bool stream = false;
  std::string passed;
};
Seen see(Surface surface, std::string_view body, std::string_view content_type = json_type) {
  const Padded padded(body);
  JsonReader json;
  const auto request = read_passthrough_request(json, surface, content_type, padded.text());
  if (!request) return {std::to_string(request.error().status()) + " " + request.error().param(), false, {}};
  EXPECT_TRUE(json.document().is_object());
  return {request->model, request->stream, joined(passed_body(*request, padded.text(), "up", R"("up")"))};
}

core::Result<Meter> document(Surface surface, std::string_view body) {
  const Padded padded(body);
  JsonReader json;
  return check_passed_document(json, surface, padded.text());
}

PassedEvent event(std::string_view data) {
  const Padded padded(data);
  JsonReader json;
  return read_passed_event(json, padded.text());
}

}  // namespace

TEST(Passthrough, ReplacesTheModelInJsonAndNothingElse) {
  const auto seen = see(Surface::speech, R"({ "input":"hi","model": "tts", "voice":"alloy","unknown":[1]})");
  EXPECT_EQ(seen.model, "tts");
  EXPECT_FALSE(seen.stream);
  EXPECT_EQ(seen.passed, R"({ "input":"hi","model": "up", "voice":"alloy","unknown":[1]})");
}

TEST(Passthrough, ReplacesTheModelInAFormAndNothingElse) {
  const auto body = form(sound + part("model", "whisper") + part("stream", "true"));
  const auto seen = see(Surface::transcriptions, body, form_type);
  EXPECT_EQ(seen.model, "whisper");
  EXPECT_TRUE(seen.stream);
  EXPECT_EQ(seen.passed, form(sound + part("model", "up") + part("stream", "true")));
}

TEST(Passthrough, NamesTheModelThatTheClientLeftToTheDefault) {
  auto seen = see(Surface::moderations, R"({"input":"x"})");
  EXPECT_EQ(seen.model, "omni-moderation-latest");
  EXPECT_EQ(seen.passed, R"({"model":"up","input":"x"})");
  seen = see(Surface::moderations, R"({"models":["b"],"input":"x","provider":{}})");
  EXPECT_EQ(seen.passed, R"({"model":"up","input":"x"})");
  EXPECT_EQ(see(Surface::image_generations, R"({"prompt":"x"})").model, "dall-e-2");
  const auto body = form(part("image", "PNG", "; filename=a.png"));
  seen = see(Surface::image_variations, body, form_type);
  EXPECT_EQ(seen.model, "dall-e-2");
  EXPECT_EQ(seen.passed, form(part("model", "up") + part("image", "PNG", "; filename=a.png")));
  EXPECT_EQ(see(Surface::image_edits, body, form_type).model, "gpt-image-1.5");
}

TEST(Passthrough, WantsAModelWhereThereIsNoDefault) {
  EXPECT_EQ(see(Surface::speech, R"({"input":"x"})").model, "400 model");
  EXPECT_EQ(see(Surface::transcriptions, form(sound), form_type).model, "400 model");
}

TEST(Passthrough, WantsWhatTheAnswerIsMadeOf) {
  EXPECT_EQ(see(Surface::speech, R"({"model":"m"})").model, "400 input");
  EXPECT_EQ(see(Surface::moderations, R"({})").model, "400 input");
  EXPECT_EQ(see(Surface::image_generations, R"({})").model, "400 prompt");
}

TEST(Passthrough, EachSurfaceTakesItsOwnKindOfBody) {
  EXPECT_EQ(see(Surface::transcriptions, R"({"model":"m"})").model, "415 ");
  EXPECT_EQ(see(Surface::image_variations, R"({"model":"m"})").model, "415 ");
  EXPECT_EQ(see(Surface::image_edits, R"({"model":"m","prompt":"x","images":[]})").model, "m");
  EXPECT_EQ(see(Surface::image_edits, form(part("model", "m")), form_type).model, "m");
  EXPECT_EQ(see(Surface::speech, form(part("model", "m")), form_type).model, "400 ");
}

TEST(Passthrough, RefusesAFormThatSaysTwoThings) {
  const auto asked = [](std::string_view parts) { return see(Surface::transcriptions, form(parts), form_type).model; };
  EXPECT_EQ(asked(part("model", "a") + part("model", "b")), "400 model");
  EXPECT_EQ(asked(part("model", "a", "; filename=x")), "400 model");
  EXPECT_EQ(asked(part("model", "")), "400 model");
  EXPECT_EQ(asked(part("model", "a\r\nb")), "400 model");
  EXPECT_EQ(asked(part("model", std::string(257, 'a'))), "400 model");
  EXPECT_EQ(asked(part("model", "a") + part("stream", "yes")), "400 stream");
  EXPECT_EQ(asked(part("model", "a") + part("stream", "true") + part("stream", "false")), "400 stream");
  EXPECT_EQ(
      asked("--b\r\nContent-Disposition: form-data; name=model\r\nContent-Transfer-Encoding: base64\r\n\r\nYQ==\r\n"),
      "400 model");
}

TEST(Passthrough, KnowsWhetherAStreamIsAskedFor) {
  EXPECT_TRUE(see(Surface::speech, R"({"model":"m","input":"x","stream_format":"sse"})").stream);
  EXPECT_FALSE(see(Surface::speech, R"({"model":"m","input":"x","stream_format":"audio"})").stream);
  EXPECT_TRUE(see(Surface::image_generations, R"({"model":"m","prompt":"x","stream":true})").stream);
  EXPECT_EQ(see(Surface::image_generations, R"({"model":"m","prompt":"x","stream":"true"})").model, "400 stream");
  EXPECT_FALSE(see(Surface::moderations, R"({"model":"m","input":"x","stream":true})").stream);
  EXPECT_FALSE(see(Surface::translations, form(part("model", "m") + part("stream", "true")), form_type).stream);
}

TEST(Passthrough, TheKindOfAnAnswerIsWhatItsTypeSays) {
  const auto passage = [](Surface surface, std::string_view type, bool stream = false) {
    return passage_of(surface, stream, type);
  };
  EXPECT_EQ(passage(Surface::speech, "audio/mpeg"), Passage::bytes);
  EXPECT_EQ(passage(Surface::speech, "application/octet-stream"), Passage::bytes);
  EXPECT_EQ(passage(Surface::speech, ""), Passage::bytes);
  EXPECT_EQ(passage(Surface::speech, "application/json; charset=utf-8"), Passage::document);
  EXPECT_EQ(passage(Surface::speech, "text/html"), Passage::unusable);
  EXPECT_EQ(passage(Surface::transcriptions, "text/plain; charset=utf-8"), Passage::text);
  EXPECT_EQ(passage(Surface::transcriptions, "text/html"), Passage::unusable);
  EXPECT_EQ(passage(Surface::image_generations, "text/plain"), Passage::unusable);
  EXPECT_EQ(passage(Surface::image_generations, "image/png"), Passage::unusable);
  EXPECT_EQ(passage(Surface::transcriptions, "text/event-stream", true), Passage::events);
  EXPECT_EQ(passage(Surface::transcriptions, "text/event-stream", false), Passage::unusable);
  EXPECT_EQ(passage(Surface::transcriptions, "application/json", true), Passage::document);
}

TEST(Passthrough, ReadsWhatPicturesUsed) {
  const auto meter = document(Surface::image_generations,
                              R"({"created":1,"data":[{"b64_json":"AA=="}],"usage":{"input_tokens":50,"output_tokens":
                                  4160,"total_tokens":4210,"input_tokens_details":{"text_tokens":10,"image_tokens":40}}})");
  ASSERT_TRUE(meter.has_value());
  EXPECT_EQ(meter->usage.input, 50u);
  EXPECT_EQ(meter->usage.output, 4160u);
  const auto unsaid = document(Surface::image_generations, R"({"created":1,"data":[{"url":"u"}]})");
  ASSERT_TRUE(unsaid.has_value());
  EXPECT_FALSE(unsaid->known());
}

TEST(Passthrough, ReadsWhatTranscriptsUsed) {
  const auto tokens = document(Surface::transcriptions,
                               R"({"text":"hi","usage":{"type":"tokens","input_tokens":14,"output_tokens":2,
                                   "total_tokens":16,"input_token_details":{"text_tokens":4,"audio_tokens":10}}})");
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->usage.input, 14u);
  EXPECT_FALSE(tokens->audio_seconds);
  const auto seconds = document(Surface::transcriptions, R"({"text":"","usage":{"type":"duration","seconds":9.5}})");
  ASSERT_TRUE(seconds.has_value());
  EXPECT_EQ(seconds->audio_seconds, 9.5);
  EXPECT_FALSE(seconds->usage.known());
}

TEST(Passthrough, DoubtsCountsThatCannotBe) {
  const auto meter =
      document(Surface::transcriptions, R"({"text":"","usage":{"type":"duration","seconds":-1,"input_tokens":1e30}})");
  ASSERT_TRUE(meter.has_value());
  EXPECT_FALSE(meter->known());
  EXPECT_TRUE(meter->usage.implausible);
}

TEST(Passthrough, AnAnswerHasWhatWasAskedFor) {
  EXPECT_TRUE(document(Surface::moderations, R"({"id":"m","model":"x","results":[{"flagged":false}]})").has_value());
  EXPECT_FALSE(document(Surface::moderations, R"({"results":[]})").has_value());
  EXPECT_FALSE(document(Surface::image_edits, R"({"data":[]})").has_value());
  EXPECT_FALSE(document(Surface::transcriptions, R"({"message":"hi"})").has_value());
  EXPECT_FALSE(document(Surface::transcriptions, R"("hi")").has_value());
  EXPECT_FALSE(document(Surface::speech, R"({"audio":"AA=="})").has_value());
  const auto error = document(Surface::speech, R"({"error":{"message":"no","type":"server_error"}})");
  ASSERT_FALSE(error.has_value());
  EXPECT_EQ(error.error().fault(), core::Fault::provider);
}

TEST(Passthrough, ATextIsAnAnswerUnlessItIsAnError) {
  JsonReader json;
  const auto check = [&](std::string_view text) {
    const Padded padded(text);
    return check_passed_text(json, padded.text()).has_value();
  };
  EXPECT_TRUE(check(""));
  EXPECT_TRUE(check("1\n00:00 --> 00:01\nhi"));
  EXPECT_TRUE(check("{laughs}"));
  EXPECT_FALSE(check(R"({"error":{"message":"no"}})"));
}

TEST(Passthrough, KnowsTheLastEventOfEachStream) {
  using Kind = PassedEvent::Kind;
  EXPECT_EQ(event(R"({"type":"image_generation.partial_image","b64_json":"AA=="})").kind, Kind::content);
  EXPECT_EQ(event(R"({"type":"transcript.text.delta","delta":"a"})").kind, Kind::content);
  for (const auto* last :
       {"image_generation.completed", "image_edit.completed", "speech.audio.done", "transcript.text.done"}) {
    const auto seen = event(R"({"type":")" + std::string(last) + R"(","usage":{"input_tokens":3,"output_tokens":4}})");
    EXPECT_EQ(seen.kind, Kind::last) << last;
    EXPECT_EQ(seen.meter.usage.output, 4u) << last;
  }
  EXPECT_EQ(event("[DONE]").kind, Kind::last);
  EXPECT_EQ(event(R"({"type":"error","error":{"message":"no"}})").kind, Kind::error);
  EXPECT_EQ(event("no").kind, Kind::malformed);
}

}  // namespace headgate::wire::openai
