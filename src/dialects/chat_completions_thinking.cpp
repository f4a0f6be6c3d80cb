#include "chat_completions_thinking.hpp"

#include "chat_completions_messages.hpp"

namespace headgate::dialects::chat_completions {
namespace {

using chat::Effort;
using chat::Thinking;
using wire::JsonWriter;

std::string_view name_of(Effort effort) { return chat::effort_names[static_cast<std::size_t>(effort)]; }

// Google's table of what an effort means, read backwards.
Effort effort_for(core::Tokens budget) {
  if (budget == 0) return Effort::none;
  if (budget <= 1024) return Effort::low;
  return budget <= 8192 ? Effort::medium : Effort::high;
}

std::optional<core::Tokens> budget_for(Effort effort) {
  switch (effort) {
    case Effort::minimal:
    case Effort::low: return 1024;
    case Effort::medium: return 8192;
    case Effort::high: return 24576;
    default: return std::nullopt;  // as much as the model likes
  }
}

class ThinkingWriter {
 public:
  ThinkingWriter(JsonWriter& json, const Thinking& thinking, std::vector<std::string>& changed)
      : json_(json), thinking_(thinking), changed_(changed) {}

  void write_all() {
    if (thinking_.effort && !thinking_.budget && !thinking_.shown && thinking_.summary.empty()) {
      json_.member("reasoning_effort", name_of(*thinking_.effort));
      return;
    }
    json_.name("reasoning").begin_object();
    if (thinking_ == Thinking()) json_.member("enabled", true);
    if (thinking_.effort) json_.member("effort", name_of(*thinking_.effort));
    if (thinking_.budget) json_.member("max_tokens", *thinking_.budget);
    if (thinking_.shown) json_.member("exclude", !*thinking_.shown);
    if (!thinking_.summary.empty()) json_.member("summary", thinking_.summary);
    json_.end_object();
  }

  bool write(Words::Thinking words) {
    if (!thinking_.summary.empty()) note(changed_, "reasoning.summary");
    if (thinking_.shown && words != Words::Thinking::reasoning) note(changed_, "reasoning.exclude");
    switch (words) {
      case Words::Thinking::none: return is_off();
      case Words::Thinking::effort: return write_effort(), true;
      case Words::Thinking::type: return write_type(), true;
      case Words::Thinking::enable: return write_enable(), true;
      case Words::Thinking::reasoning: return write_reasoning(), true;
    }
    return false;
  }

 private:
  bool is_off() const { return effort() == Effort::none; }

  std::optional<Effort> effort() const {
    if (thinking_.effort) return thinking_.effort;
    return thinking_.budget ? std::optional(effort_for(*thinking_.budget)) : std::nullopt;
  }

  void write_effort() {
    if (thinking_.budget) note(changed_, "reasoning.max_tokens");
    if (const auto effort = this->effort()) json_.member("reasoning_effort", name_of(*effort));
  }

  void write_type() {
    if (thinking_.budget) note(changed_, "reasoning.max_tokens");
    json_.name("thinking").begin_object().member("type", is_off() ? "disabled" : "enabled").end_object();
    const auto effort = this->effort();
    if (!effort || is_off()) return;
    json_.member("reasoning_effort", *effort >= Effort::xhigh ? "max" : "high");
  }

  void write_enable() {
    json_.member("enable_thinking", !is_off());
    const auto effort = this->effort();
    if (is_off() || !effort) return;
    if (const auto budget = thinking_.budget ? thinking_.budget : budget_for(*effort))
      json_.member("thinking_budget", *budget);
  }

  // Only one of effort and budget may be said; the budget says more.
  void write_reasoning() {
    json_.name("reasoning").begin_object();
    if (is_off())
      json_.member("effort", "none");
    else if (thinking_.budget)
      json_.member("max_tokens", *thinking_.budget);
    else if (thinking_.effort)
      json_.member("effort", name_of(*thinking_.effort));
    else
      json_.member("enabled", true);
    if (thinking_.shown) json_.member("exclude", !*thinking_.shown);
    json_.end_object();
  }

  JsonWriter& json_;
  const Thinking& thinking_;
  std::vector<std::string>& changed_;
};

}  // namespace

bool write_thinking(JsonWriter& json, const chat::Request& request, const Words& words,
                    std::vector<std::string>& changed) {
  if (!request.thinking) return true;
  ThinkingWriter writer(json, *request.thinking, changed);
  if (words.keeps_all) return writer.write_all(), true;
  return writer.write(words.thinking);
}

}  // namespace headgate::dialects::chat_completions
