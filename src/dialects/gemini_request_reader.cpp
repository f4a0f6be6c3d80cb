#include <algorithm>
#include <array>
#include <utility>

#include "gemini_reading.hpp"
#include "headgate/dialects/gemini.hpp"

namespace headgate::dialects::gemini {
namespace {

using core::Result;
using wire::JsonValue;

class RequestReader {
 public:
  explicit RequestReader(JsonValue body) : body_(body), generation_(member(body, "generationConfig")) {}

  Result<chat::Request> read() {
    using Step = Result<void> (RequestReader::*)();
    for (const Step step : {&RequestReader::read_conversation, &RequestReader::read_tools,
                            &RequestReader::read_tool_choice, &RequestReader::read_numbers, &RequestReader::read_stop,
                            &RequestReader::read_format, &RequestReader::read_thinking, &RequestReader::read_tier})
      if (auto done = (this->*step)(); done.has_error()) return done.error();
    keep_unknown(
        body_,
        {"model", "contents", "systemInstruction", "tools", "toolConfig", "generationConfig", "serviceTier", "store"},
        {}, request_.extras);
    request_.wants_usage = true;
    return std::move(request_);
  }

 private:
  Result<void> read_conversation() {
    auto model = body_["model"].string();
    request_.model = model.starts_with("models/") ? model.substr(7) : std::move(model);
    if (auto done = read_contents(body_["contents"], request_); done.has_error()) return done;
    return read_instruction(member(body_, "systemInstruction"), request_);
  }

  Result<void> read_tools() {
    return each(body_["tools"], "tools", [&](JsonValue tool, const std::string& path) -> Result<void> {
      if (!tool.is_object()) return wrong(path, "must be an object");
      keep_unknown(tool, {"functionDeclarations"}, path, request_.extras);
      return each(member(tool, "functionDeclarations"), path + ".functionDeclarations",
                  [&](JsonValue function, const std::string& where) { return read_tool(function, where); });
    });
  }

  Result<void> read_tool(JsonValue function, const std::string& path) {
    const auto schema = member(function, "parametersJsonSchema"), own = function["parameters"];
    if (!function["name"].is_string() || function["name"].is_empty()) return wrong(path + ".name", "must be a text");
    if (schema.is_set() && !schema.is_object()) return wrong(path + ".parametersJsonSchema", "must be an object");
    if (own.is_set() && !own.is_object()) return wrong(path + ".parameters", "must be an object");
    chat::Tool tool{function["name"].string(), function["description"].string(), {}, {}, false, {}};
    if (schema.is_object())
      tool.parameters = std::string(schema.source());
    else if (own.is_object())
      tool.parameters = as_json_schema(own);
    request_.tools.push_back(std::move(tool));
    keep_unknown(function, {"name", "description", "parametersJsonSchema", "parameters"}, path, request_.extras);
    return {};
  }

  Result<void> read_tool_choice() {
    using Mode = chat::ToolChoice::Mode;
    const auto tool_config = member(body_, "toolConfig");
    keep_unknown(tool_config, {"functionCallingConfig"}, "toolConfig", request_.extras);
    const auto config = member(tool_config, "functionCallingConfig"), mode = config["mode"];
    const auto only = member(config, "allowedFunctionNames");
    if (!config.is_object()) return {};
    constexpr std::string_view path = "toolConfig.functionCallingConfig";
    keep_unknown(config, {"mode", "allowedFunctionNames"}, std::string(path), request_.extras);
    chat::ToolChoice choice;
    for (const auto name : only.items()) {
      if (!name.is_string()) return wrong(member_path(std::string(path), "allowedFunctionNames"), "must hold names");
      choice.only.push_back(name.string());
    }
    if (is_word(mode, "NONE"))
      choice.mode = Mode::none;
    else if (is_word(mode, "ANY"))
      choice.mode = Mode::required;
    else if (mode.is_set() && !is_word(mode, "AUTO") && !is_word(mode, "VALIDATED") &&
             !is_word(mode, "MODE_UNSPECIFIED"))
      return wrong(member_path(std::string(path), "mode"), "must be one of AUTO, ANY, NONE and VALIDATED");
    request_.tool_choice = std::move(choice);
    return {};
  }

  // Errors: invalid_request where the member is there and no such number.
  template <typename Number>
  Result<void> read_number(std::string_view name, std::optional<Number>& number) {
    const auto value = member(generation_, name);
    if (!value.is_set()) return {};
    const auto path = member_path("generationConfig", name);
    if constexpr (std::is_same_v<Number, double>) {
      number = value.number();
      if (!number) return wrong(path, "must be a number");
    } else {
      number = value.count();
      if (!number) return wrong(path, "must be a whole number, not negative");
    }
    return {};
  }

  Result<void> read_numbers() {
    for (auto done :
         {read_number("maxOutputTokens", request_.max_tokens), read_number("temperature", request_.temperature),
          read_number("topP", request_.top_p), read_number("candidateCount", request_.answers),
          read_number("presencePenalty", request_.presence_penalty),
          read_number("frequencyPenalty", request_.frequency_penalty), read_number("logprobs", request_.top_logprobs)})
      if (done.has_error()) return done;
    if (auto done = read_top_k(); done.has_error()) return done;
    request_.logprobs = member(generation_, "responseLogprobs").boolean();
    request_.store = body_["store"].boolean();
    return read_seed();
  }

  // Some clients send it with a point, though it counts.
  Result<void> read_top_k() {
    const auto number = member(generation_, "topK").number();
    if (!member(generation_, "topK").is_set()) return {};
    if (!number || *number < 0 || *number > 1e9 || *number != static_cast<double>(static_cast<std::uint64_t>(*number)))
      return wrong("generationConfig.topK", "must be a whole number, not negative");
    request_.top_k = static_cast<std::uint64_t>(*number);
    return {};
  }

  Result<void> read_seed() {
    const auto seed = generation_["seed"];
    if (!seed.is_set()) return {};
    const auto number = seed.number();
    if (!number || *number < -2147483648.0 || *number > 2147483647.0 ||
        *number != static_cast<double>(static_cast<std::int64_t>(*number)))
      return wrong("generationConfig.seed", "must be a whole number of 32 bits");
    request_.seed = static_cast<std::int64_t>(*number);
    return {};
  }

  Result<void> read_stop() {
    const auto stop = member(generation_, "stopSequences");
    if (stop.is_set() && !stop.is_array()) return wrong("generationConfig.stopSequences", "must be a list");
    for (const auto text : stop.items()) {
      if (!text.is_string()) return wrong("generationConfig.stopSequences", "must hold texts");
      request_.stop.push_back(text.string());
    }
    keep_unknown(generation_,
                 {"maxOutputTokens", "temperature", "topP", "topK", "candidateCount", "presencePenalty",
                  "frequencyPenalty", "responseLogprobs", "logprobs", "seed", "stopSequences", "responseMimeType",
                  "responseSchema", "responseJsonSchema", "thinkingConfig"},
                 "generationConfig", request_.extras);
    return {};
  }

  Result<void> read_format() {
    const auto type = member(generation_, "responseMimeType");
    const auto schema = member(generation_, "responseJsonSchema"), own = member(generation_, "responseSchema");
    if (schema.is_set() && !schema.is_object())
      return wrong("generationConfig.responseJsonSchema", "must be an object");
    if (own.is_set() && !own.is_object()) return wrong("generationConfig.responseSchema", "must be an object");
    if (!type.is_set() || type.is("text/plain") || type.is_empty()) {
      if (schema.is_set() || own.is_set())
        return wrong("generationConfig.responseMimeType", "must be `application/json` where there is a schema");
      return {};
    }
    if (!type.is("application/json")) return keep_format(type, schema, own);
    request_.format = chat::Format{};
    if (schema.is_object())
      request_.format->schema = std::string(schema.source());
    else if (own.is_object())
      request_.format->schema = as_json_schema(own);
    return {};
  }

  // Another kind of text, with all that belongs to it: `text/x.enum`.
  Result<void> keep_format(JsonValue type, JsonValue schema, JsonValue own) {
    request_.extras.push_back({"generationConfig.responseMimeType", std::string(type.source())});
    if (schema.is_set())
      request_.extras.push_back({"generationConfig.responseJsonSchema", std::string(schema.source())});
    if (own.is_set()) request_.extras.push_back({"generationConfig.responseSchema", std::string(own.source())});
    return {};
  }

  Result<void> read_thinking() {
    constexpr std::array<std::string_view, 4> levels{"MINIMAL", "LOW", "MEDIUM", "HIGH"};
    const auto config = member(generation_, "thinkingConfig");
    if (!config.is_object()) return {};
    const auto level = member(config, "thinkingLevel"), budget = member(config, "thinkingBudget");
    keep_unknown(config, {"includeThoughts", "thinkingLevel", "thinkingBudget"}, "generationConfig.thinkingConfig",
                 request_.extras);
    chat::Thinking thinking;
    thinking.shown = member(config, "includeThoughts").boolean();
    if (level.is_string()) {
      const auto* found = std::ranges::find_if(levels, [&](std::string_view name) { return is_word(level, name); });
      if (found != levels.end())
        thinking.effort = static_cast<chat::Effort>(1 + (found - levels.begin()));
      else if (!is_word(level, "THINKING_LEVEL_UNSPECIFIED"))
        return wrong("generationConfig.thinkingConfig.thinkingLevel", "must be one of MINIMAL, LOW, MEDIUM and HIGH");
    }
    // As much as the model likes is written -1.
    if (budget.is_set() && budget.source() != "-1") {
      thinking.budget = budget.count();
      if (!thinking.budget)
        return wrong("generationConfig.thinkingConfig.thinkingBudget", "must be a number of tokens");
      if (*thinking.budget == 0) thinking = {chat::Effort::none, {}, thinking.shown, {}};
    }
    request_.thinking = thinking;
    return {};
  }

  Result<void> read_tier() {
    const auto tier = member(body_, "serviceTier");
    if (!tier.is_set() || tier.is("unspecified")) return {};
    if (!tier.is_string()) return wrong("serviceTier", "must be a text");
    request_.service_tier = tier.is("standard") ? "default" : tier.string();
    return {};
  }

  JsonValue body_, generation_;
  chat::Request request_;
};

}  // namespace

Result<chat::Request> read_request(JsonValue body) {
  if (!body.is_object()) return core::Error(core::Code::invalid_request, "The body must be a JSON object.");
  // To count its tokens.
  if (const auto whole = member(body, "generateContentRequest"); whole.is_object()) body = whole;
  return RequestReader(body).read();
}

}  // namespace headgate::dialects::gemini
