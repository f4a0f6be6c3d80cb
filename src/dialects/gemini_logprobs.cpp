#include "gemini_words.hpp"

namespace headgate::dialects::gemini {
namespace {

using wire::JsonValue;
using wire::JsonWriter;

void write_logprob(JsonWriter& json, JsonValue token) {
  json.member("token", token["token"].string()).name("logprob");
  json.number(token["logProbability"].number().value_or(0.0)).name("bytes").null();
}

void write_googles(JsonWriter& json, JsonValue token) {
  json.begin_object().member("token", token["token"].string());
  json.name("logProbability").number(token["logprob"].number().value_or(0.0)).end_object();
}

}  // namespace

chat::Json logprobs_of(JsonValue result) {
  chat::Json out;
  JsonWriter json(out);
  json.begin_object().name("content").begin_array();
  const auto tops = result["topCandidates"].items();
  auto top = tops.begin();
  for (const auto chosen : result["chosenCandidates"].items()) {
    json.begin_object();
    write_logprob(json, chosen);
    json.name("top_logprobs").begin_array();
    if (top != tops.end()) {
      for (const auto other : (*top)["candidates"].items()) {
        json.begin_object();
        write_logprob(json, other);
        json.end_object();
      }
      ++top;
    }
    json.end_array().end_object();
  }
  json.end_array().name("refusal").null().end_object();
  return out;
}

void write_logprobs(JsonWriter& json, const chat::Json& logprobs) {
  std::string padded(logprobs);
  wire::pad(padded);
  wire::JsonReader reader;
  const auto document = reader.read_lenient(padded);
  const auto tokens = document ? (*document)["content"] : JsonValue();
  if (tokens.is_empty() || !tokens.is_array()) return;
  json.name("logprobsResult").begin_object().name("topCandidates").begin_array();
  for (const auto token : tokens.items()) {
    json.begin_object().name("candidates").begin_array();
    for (const auto other : token["top_logprobs"].items()) write_googles(json, other);
    json.end_array().end_object();
  }
  json.end_array().name("chosenCandidates").begin_array();
  for (const auto token : tokens.items()) write_googles(json, token);
  json.end_array().end_object();
}

}  // namespace headgate::dialects::gemini
