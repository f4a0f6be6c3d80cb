#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::gemini {

using wire::JsonValue;
using wire::JsonWriter;

void append_models(std::string& out, std::span<const std::string_view> ids) {
  JsonWriter json(out);
  json.begin_object().name("models").begin_array();
  for (const auto id : ids) {
    json.begin_object().member("name", "models/" + std::string(id)).member("displayName", id);
    json.name("supportedGenerationMethods").begin_array().string("generateContent").string("streamGenerateContent");
    json.string("countTokens").end_array().end_object();
  }
  json.end_array().end_object();
}

void append_token_count(std::string& out, core::Tokens tokens) {
  JsonWriter(out).begin_object().member("totalTokens", tokens).end_object();
}

std::string write_embedding_request(std::string_view model, std::span<const std::string> inputs,
                                    std::optional<core::Tokens> dimensions) {
  std::string body;
  JsonWriter json(body);
  json.begin_object().name("requests").begin_array();
  for (const auto& input : inputs) {
    json.begin_object().member("model", "models/" + std::string(model)).name("content").begin_object();
    json.name("parts").begin_array().begin_object().member("text", input).end_object().end_array().end_object();
    if (dimensions) json.member("outputDimensionality", *dimensions);
    json.end_object();
  }
  json.end_array().end_object();
  return body;
}

core::Result<Embeddings> read_embeddings(JsonValue body) {
  Embeddings read;
  const auto add = [&](JsonValue embedding) {
    const auto values = embedding["values"];
    for (const auto value : values.items())
      if (!value.number()) return false;
    read.vectors.emplace_back(values.source());
    return values.is_array();
  };
  const auto one = body["embedding"];
  bool sound = !one.is_set() || add(one);
  for (const auto embedding : body["embeddings"].items()) sound = add(embedding) && sound;
  if (!sound || read.vectors.empty()) return core::unusable_answer("no embeddings");
  const auto count = body["usageMetadata"]["promptTokenCount"].count();
  constexpr core::Tokens absurd = 1'000'000'000;
  if (count && *count < absurd) read.usage.input = count;
  return read;
}

}  // namespace headgate::dialects::gemini
