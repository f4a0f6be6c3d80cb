#include "headgate/wire/openai_adapt.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "edits.hpp"
#include "message_edits.hpp"

namespace headgate::wire::openai {
namespace {

using core::Error;
using core::Feature;
using Refusal = std::optional<Error>;

// What is asked, not how: never left out or cut.
constexpr std::array<std::string_view, 9> substance{"model", "models", "messages",  "prompt",  "input",
                                                    "tools", "stream", "functions", "provider"};
// Cannot be less than asked without a wrong answer.
constexpr std::array<std::string_view, 2> exact{"n", "dimensions"};

struct Owner {
  std::string_view parameter;
  Feature feature;
};
// Parameters that mean nothing without a feature.
constexpr std::array<Owner, 5> owners{{{"parallel_tool_calls", Feature::parallel_tools},
                                       {"reasoning_effort", Feature::reasoning},
                                       {"reasoning", Feature::reasoning},
                                       {"logprobs", Feature::logprobs},
                                       {"top_logprobs", Feature::logprobs}}};

template <std::size_t count>
bool is_one_of(std::string_view name, const std::array<std::string_view, count>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

Error refusal(std::string param, std::string message) {
  return Error(core::Code::capability_unavailable, std::move(message))
      .with_param(std::move(param))
      .with_retry(core::Retry::next_target);
}

// One too large or too small for a double is infinite or zero, which limits handle alike.
double number_of(JsonValue value) {
  return value.number().value_or(std::strtod(std::string(value.source()).c_str(), nullptr));
}

std::string text_of(double number) {
  std::array<char, 32> digits;
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

// The limits that make sense.
struct Bounds {
  explicit Bounds(const ParameterRule& rule)
      : least(rule.min && std::isfinite(*rule.min) ? *rule.min : -HUGE_VAL),
        most(rule.max && std::isfinite(*rule.max) ? *rule.max : HUGE_VAL) {
    if (least > most) least = -HUGE_VAL, most = HUGE_VAL;
  }
  bool hold(double number) const { return number >= least && number <= most; }
  double nearest(double number) const { return std::clamp(number, least, most); }

  double least, most;
};

// The schema as text inside a JSON string. Blanks between its values go, so that it grows twofold at most.
void append_quoted(std::string& out, std::string_view json) {
  bool in_string = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (!in_string && (c == ' ' || c == '\n' || c == '\r' || c == '\t')) continue;
    if (c == '"') in_string = !in_string;
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
    if (c != '\\') continue;
    // What is escaped comes along, a quote too.
    if (json[++i] == '"' || json[i] == '\\') out.push_back('\\');
    out.push_back(json[i]);
  }
}

std::string instruction_for(JsonValue format) {
  const auto schema = format["json_schema"]["schema"];
  if (!schema.is_object()) return "Answer with one JSON object and nothing else.";
  std::string text = "Answer with JSON and nothing else. The JSON must be valid against this JSON Schema:\\n";
  append_quoted(text, schema.source());
  return text;
}

class Adaptation {
 public:
  Adaptation(JsonValue document, Surface surface, const ModelLimits& limits)
      : document_(document), limits_(limits), chat_(surface == Surface::chat_completions) {}

  Refusal check() const {
    for (const auto name : exact)
      if (auto fault = check_exact(name)) return fault;
    if (chat_ && lacks(Feature::prefill) && ends_with_assistant())
      return refusal("messages", "The model cannot go on with an answer that was begun.");
    return {};
  }

  void run() {
    adapt_messages();
    Row row(edits_, document_.range().at + 1);
    std::string scratch;
    for (const auto member : document_.members()) {
      const auto name = member.name.string(scratch);
      const auto fate = fate_of(name, member);
      fate == Fate::drop ? row.drop(member.range()) : row.keep(member.range());
      if (fate != Fate::keep) note(name);
    }
    row.close();
  }

  Adapted result(std::string_view body) {
    if (edits_.empty()) return {};
    return {edits_.applied(body), std::move(changed_)};
  }

 private:
  enum class Fate : std::uint8_t { keep, change, drop };

  bool lacks(Feature feature) const { return limits_.lacking.has(feature); }

  const ParameterRule* rule_of(std::string_view name) const {
    const auto found = limits_.parameters.find(name);
    return found == limits_.parameters.end() ? nullptr : &found->second;
  }
  bool takes(std::string_view name) const {
    const auto* rule = rule_of(name);
    return rule == nullptr || rule->supported;
  }

  void note(std::string_view name) {
    if (std::find(changed_.begin(), changed_.end(), name) == changed_.end()) changed_.emplace_back(name);
  }

  Refusal check_exact(std::string_view name) const {
    const auto value = document_[name];
    if (value.kind() != JsonKind::number) return {};
    const auto number = number_of(value);
    const bool is_default = name == "n" && number <= 1;
    if (is_default) return {};
    const auto* rule = rule_of(name);
    const bool lacking = name == "n" && lacks(Feature::n);
    if (!lacking && (rule == nullptr || (rule->supported && Bounds(*rule).hold(number)))) return {};
    return refusal(std::string(name), "The model does not take this value of `" + std::string(name) + "`.");
  }

  bool ends_with_assistant() const {
    JsonValue last;
    for (const auto message : document_["messages"].items()) {
      const bool moves = lacks(Feature::system) && (message["role"].is("system") || message["role"].is("developer"));
      if (!moves) last = message;
    }
    return last["role"].is("assistant");
  }

  // What the format asked for must be put into words, if so.
  std::string instruction() const {
    const auto format = document_["response_format"];
    const bool asked = format["type"].is("json_schema") || format["type"].is("json_object");
    return asked && fate_of_format(format) != Fate::keep ? instruction_for(format) : "";
  }

  void adapt_messages() {
    const auto messages = document_["messages"];
    if (!chat_ || !messages.is_array()) return;
    const auto text = instruction();
    if (lacks(Feature::system) && (!text.empty() || has_system_message(messages)))
      give_system_texts_to_user(edits_, messages, text);
    else if (!text.empty())
      add_instruction(edits_, messages, text);
    messages_change_ = !edits_.empty();
  }

  Fate fate_of(std::string_view name, const JsonMember& member) {
    if (chat_ && name == "messages") return messages_change_ ? Fate::change : Fate::keep;
    if (is_one_of(name, substance)) return Fate::keep;
    if (name == "max_tokens" || name == "max_completion_tokens") return limit_output(name, member);
    if (chat_ && name == "response_format") return adapt_format(member.value);
    for (const auto& owner : owners)
      if (owner.parameter == name && lacks(owner.feature)) return Fate::drop;
    const auto* rule = rule_of(name);
    if (rule == nullptr) return Fate::keep;
    if (is_one_of(name, exact)) return rule->supported ? Fate::keep : Fate::drop;  // check() let it pass
    return rule->supported ? fit(member.value, *rule) : Fate::drop;
  }

  // A value that is legal for both models means the same to both: temperature divides the logits, so
  // 0.7 is 0.7 whether the range ends at 1 or 2, and scaling it would change what was asked.
  Fate fit(JsonValue value, const ParameterRule& rule) {
    if (rule.max_items && value.is_array()) return trim(value, *rule.max_items);
    if (value.kind() != JsonKind::number) return Fate::keep;
    const Bounds bounds(rule);
    const auto number = number_of(value);
    if (bounds.hold(number)) return Fate::keep;
    edits_.replace(value.range(), text_of(bounds.nearest(number)));
    return Fate::change;
  }

  Fate trim(JsonValue list, unsigned most) {
    if (most == 0) return Fate::drop;
    std::size_t kept_end = 0, end = 0;
    unsigned count = 0;
    for (const auto item : list.items()) {
      end = item.range().end();
      if (++count == most) kept_end = end;
    }
    if (count <= most) return Fate::keep;
    edits_.remove(kept_end, end);
    return Fate::change;
  }

  // The one limit of the answer's length has two names, of which some models know only one.
  Fate limit_output(std::string_view name, const JsonMember& member) {
    const std::string_view other = name == "max_tokens" ? "max_completion_tokens" : "max_tokens";
    const bool other_is_set = document_[other].is_set();
    if (chat_ && other_is_set && !member.value.is_set() && !takes(other)) return Fate::drop;  // its name is needed
    const bool rename = !takes(name);
    const bool is_null = !member.value.is_set();  // its new name may be taken by another null
    if (rename && (!chat_ || !takes(other) || renamed_ || other_is_set || is_null)) return Fate::drop;
    if (rename) {
      edits_.replace(member.name.range(), "\"" + std::string(other) + "\"");
      renamed_ = true;
    }
    const bool fits = limit_value(member.value, rule_of(rename ? other : name));
    return fits && !rename ? Fate::keep : Fate::change;
  }

  bool limit_value(JsonValue value, const ParameterRule* rule) {
    if (value.kind() != JsonKind::number) return true;
    const auto number = number_of(value);
    const auto nearest = rule == nullptr ? number : Bounds(*rule).nearest(number);
    const auto most = limits_.max_output ? static_cast<double>(*limits_.max_output) : HUGE_VAL;
    if (std::min(nearest, most) == number) return true;
    edits_.replace(value.range(), nearest > most ? std::to_string(*limits_.max_output) : text_of(nearest));
    return false;
  }

  Fate fate_of_format(JsonValue format) const {
    if (!takes("response_format")) return Fate::drop;
    const auto type = format["type"];
    if (type.is("json_object") && lacks(Feature::json_object)) return Fate::drop;
    if (!type.is("json_schema") || !lacks(Feature::json_schema)) return Fate::keep;
    return lacks(Feature::json_object) ? Fate::drop : Fate::change;
  }

  Fate adapt_format(JsonValue format) {
    const auto fate = fate_of_format(format);
    if (fate == Fate::change) edits_.replace(format.range(), R"({"type":"json_object"})");
    return fate;
  }

  JsonValue document_;
  const ModelLimits& limits_;
  bool chat_;
  bool messages_change_ = false;
  bool renamed_ = false;
  Edits edits_;
  std::vector<std::string> changed_;
};

}  // namespace

bool may_need_adapting(const ModelLimits& limits) {
  auto features = core::adaptable_features();
  for (const auto feature : {Feature::logprobs, Feature::n, Feature::prefill}) features.add(feature);
  return limits.lacking.without(features) != limits.lacking || limits.max_output || !limits.parameters.empty();
}

core::Result<Adapted> adapt(JsonValue document, std::string_view body, Surface surface, const ModelLimits& limits) {
  Adaptation adaptation(document, surface, limits);
  if (auto fault = adaptation.check()) return *std::move(fault);
  adaptation.run();
  return adaptation.result(body);
}

}  // namespace headgate::wire::openai
