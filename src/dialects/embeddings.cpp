#include "headgate/dialects/embeddings.hpp"

#include "headgate/core/unusable_answer.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/dialects/unsaid.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects::embeddings {
namespace {

using core::Code;
using core::Error;
using core::Result;
using wire::JsonValue;
using wire::JsonWriter;

constexpr std::size_t max_inputs = 2048;  // OpenAI's limit

Error wrong(std::string param, std::string message) {
  return Error(Code::invalid_request, std::move(message)).with_param(std::move(param));
}

// What a request asks for, in nobody's words.
struct Asked {
  std::vector<std::string> inputs;
  std::optional<core::Tokens> dimensions;
  std::vector<std::string> changed;
};

Result<void> read_inputs(JsonValue input, std::vector<std::string>& inputs) {
  if (input.is_string()) return inputs.push_back(input.string()), Result<void>();
  if (!input.is_array() || input.is_empty()) return wrong("input", "`input` must be a text or a list of texts.");
  for (const auto item : input.items()) {
    if (!item.is_string()) return cannot_say("input");  // tokens of another model's
    if (inputs.size() == max_inputs) return wrong("input", "`input` holds at most 2048 texts.");
    inputs.push_back(item.string());
  }
  return {};
}

Result<void> read_member(std::string_view name, JsonValue value, Asked& asked) {
  // `models` and `provider` tell the gateway where to ask; they end there.
  if (name == "model" || name == "models" || name == "provider" || !value.is_set()) return {};
  if (name == "input") return read_inputs(value, asked.inputs);
  if (name == "dimensions") {
    asked.dimensions = value.count();
    if (!asked.dimensions || *asked.dimensions == 0) return wrong("dimensions", "`dimensions` must be above 0.");
    return {};
  }
  if (name == "encoding_format") {
    if (value.is("float") || value.is("base64")) return {};
    return wrong("encoding_format", "`encoding_format` must be float or base64.");
  }
  if (name != "user") return cannot_say(name);
  asked.changed.emplace_back(name);  // changes no answer
  return {};
}

void append_list(std::string& out, const gemini::Embeddings& read, const Shown& shown) {
  JsonWriter json(out);
  json.begin_object().member("object", "list").name("data").begin_array();
  for (std::size_t i = 0; i < read.vectors.size(); ++i)
    json.begin_object()
        .member("object", "embedding")
        .member("index", i)
        .raw_member("embedding", read.vectors[i])
        .end_object();
  json.end_array().member("model", shown.model);
  if (const auto tokens = read.usage.input) {
    json.name("usage").begin_object().member("prompt_tokens", *tokens).member("total_tokens", *tokens).end_object();
  }
  json.end_object();
}

}  // namespace

Result<Written> write_request(JsonValue body, std::string_view model, Dialect to) {
  if (to != Dialect::generate_content) return cannot_say("embeddings");
  Asked asked;
  std::string scratch;
  for (const auto member : body.members())
    if (auto read = read_member(member.name.string(scratch), member.value, asked); !read) return read.error();
  return Written{gemini::write_embedding_request(model, asked.inputs, asked.dimensions), std::move(asked.changed)};
}

Result<std::string> read_answer(JsonValue body, const Shown& shown, Dialect from) {
  if (from != Dialect::generate_content) return core::unusable_answer("a dialect without embeddings");
  const auto read = gemini::read_embeddings(body);
  if (!read) return read.error();
  std::string list;
  append_list(list, *read, shown);
  return list;
}

}  // namespace headgate::dialects::embeddings
