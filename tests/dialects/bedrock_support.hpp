// What the tests of this dialect share: fixtures, and an answer in a form that can be compared.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "headgate/dialects/bedrock.hpp"
#include "headgate/dialects/origin.hpp"
#include "headgate/wire/aws_event_stream.hpp"
#include "support/aws_frames.hpp"

namespace headgate::dialects::bedrock {

using nlohmann::json;

inline std::filesystem::path fixtures() { return HEADGATE_SOURCE_DIR "/tests/fixtures/bedrock"; }

inline std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string padded(std::string text) {
  text.reserve(text.size() + wire::json_padding);
  return text;
}

struct AsJson {
  json operator()(const chat::Text& v) const { return {{"text", v.text}}; }
  json operator()(const chat::SealedReasoning& v) const { return {{"sealed", v.data}}; }
  json operator()(const chat::Reasoning& v) const {
    json out{{"reasoning", v.text}};
    if (!v.signature.empty()) out["signature"] = v.signature;
    return out;
  }
  json operator()(const chat::ToolCall& v) const {
    return {{"call", v.id}, {"name", v.name}, {"arguments", json::parse(v.arguments, nullptr, false)}};
  }
  template <typename Other>
  json operator()(const Other&) const {
    return "no part of an answer";
  }
};

inline json as_json(const core::Usage& usage) {
  auto out = json::object();
  const auto add = [&](const char* name, const std::optional<core::Tokens>& count) {
    if (count) out[name] = *count;
  };
  add("input", usage.input);
  add("cache_read", usage.cache_read);
  add("cache_write", usage.cache_write);
  add("output", usage.output);
  add("reasoning", usage.reasoning);
  return out;
}

inline json as_json(const chat::Answer& answer) {
  const auto& choice = answer.choices.at(0);
  json out{{"parts", json::array()}, {"finish", chat::name_of(choice.finish)}, {"usage", as_json(answer.usage)}};
  for (const auto& part : choice.message.parts) out["parts"].push_back(std::visit(AsJson{}, part.value));
  if (!choice.stopped_by.empty()) out["stopped_by"] = choice.stopped_by;
  if (!answer.service_tier.empty()) out["service_tier"] = answer.service_tier;
  return out;
}

// `pieces` through frames and reader to the end, and what it came to.
inline core::Result<chat::Answer> assembled(const std::vector<std::string>& pieces) {
  wire::AwsEventStreamReader frames(1u << 20);
  wire::JsonReader reader;
  const auto events = make_event_reader();
  chat::Events out;
  std::string pending;
  pending.reserve(1u << 20);
  for (const auto& piece : pieces) {
    pending += piece;
    for (wire::AwsEventStreamReader::Event event;;) {
      const auto status = frames.next(pending, event);
      if (status == wire::AwsEventStreamReader::Status::need_more) break;
      if (status != wire::AwsEventStreamReader::Status::event)
        return core::Error(core::Code::upstream_error, "not a frame");
      if (auto read = events->read(reader, event.name, event.data, out); !read) return read.error();
      pending.erase(0, event.consumed);
    }
  }
  if (auto ended = events->end(out); !ended) return ended.error();
  chat::Assembly assembly;
  for (const auto& event : out)
    if (auto added = assembly.add(event); !added) return added.error();
  EXPECT_TRUE(assembly.is_done());
  return assembly.answer();
}

}  // namespace headgate::dialects::bedrock
