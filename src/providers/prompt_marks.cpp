#include "headgate/providers/prompt_marks.hpp"

#include <algorithm>

namespace headgate::providers {
namespace {

using chat::Message;
using chat::Part;
using chat::Role;

// What came back once comes back again: Laplace's rule after one of one.
constexpr double chance_of_return = 2.0 / 3;

// A mark costs the surcharge now, and saves the discount if the prompt comes back.
bool pays(const CachePrice& price) { return chance_of_return * (1 - price.read) > price.write - 1; }

bool is_instruction(const Message& message) { return message.role == Role::system || message.role == Role::developer; }

bool is_marked(const Part& part) {
  if (part.remember) return true;
  const auto* result = std::get_if<chat::ToolResult>(&part.value);
  return result != nullptr && std::any_of(result->content.begin(), result->content.end(), is_marked);
}

bool is_marked(const chat::Request& request) {
  return std::any_of(request.tools.begin(), request.tools.end(), [](const auto& tool) { return tool.remember; }) ||
         std::any_of(request.messages.begin(), request.messages.end(), [](const Message& message) {
           return std::any_of(message.parts.begin(), message.parts.end(),
                              [](const Part& part) { return is_marked(part); });
         });
}

// Empty texts are not sent, and thoughts take no marks.
bool takes_mark(const Part& part) {
  if (const auto* text = std::get_if<chat::Text>(&part.value)) return !text->text.empty();
  return std::holds_alternative<chat::Image>(part.value) || std::holds_alternative<chat::File>(part.value) ||
         std::holds_alternative<chat::ToolResult>(part.value);
}

bool mark_last_part(Message& message) {
  const auto last = std::find_if(message.parts.rbegin(), message.parts.rend(), takes_mark);
  if (last == message.parts.rend()) return false;
  last->remember = chat::CacheTime::five_minutes;
  return true;
}

// The end of what the model is asked now, to be read by the next turn, and the end of what it was asked before, where
// the last turn's mark stood: a provider looks back only so many blocks for what it remembers.
void mark_history(std::vector<Message>& messages, std::vector<Message>::iterator begin) {
  int left = 2;
  bool answered = true;  // an answer lies between this message and the mark set before
  for (auto message = messages.end(); left > 0 && message != begin;) {
    --message;
    if (message->role == Role::assistant) {
      answered = true;
    } else if (answered && mark_last_part(*message)) {
      answered = false;
      --left;
    }
  }
}

}  // namespace

PromptMarks marks_worth(const PromptPrefix& prefix, bool seen, core::Tokens input, const PromptCache& cache,
                        const CachePrice& price) {
  if (cache.kind != PromptCache::Kind::marked || prefix.has_marks || input < cache.least || !pays(price)) return {};
  const bool comes_back = prefix.goes_on || seen;
  return {comes_back && prefix.tools_tokens >= cache.least, comes_back && prefix.instructions_tokens >= cache.least,
          prefix.goes_on};
}

void place_marks(chat::Request& request, PromptMarks marks) {
  if (!marks.any() || is_marked(request)) return;
  if (marks.tools && !request.tools.empty()) request.tools.back().remember = chat::CacheTime::five_minutes;
  const auto behind = std::find_if_not(request.messages.begin(), request.messages.end(), is_instruction);
  if (marks.instructions)
    for (auto message = behind; message != request.messages.begin();)
      if (mark_last_part(*--message)) break;
  if (marks.history) mark_history(request.messages, behind);
}

}  // namespace headgate::providers
