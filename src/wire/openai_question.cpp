#include "headgate/wire/openai.hpp"

namespace headgate::wire::openai {
namespace {

// Of each text; the rest says the same or nothing about what kind of task it is.
constexpr std::size_t most = 4096;

// A text, or a list of parts of which some are texts.
void append_content(std::string& out, JsonValue content) {
  std::string scratch;
  out.append(content.ends(most, scratch));
  for (const auto part : content.items()) {
    if (out.size() > most) return;
    const auto text = part["text"].ends(most, scratch);
    if (!out.empty() && !text.empty()) out.push_back('\n');
    out.append(text);
  }
}

}  // namespace

Question read_question(Surface surface, JsonValue request) {
  Question question;
  if (surface == Surface::completions) append_content(question.last_user, request["prompt"]);
  if (surface != Surface::chat_completions) return question;
  JsonValue last;
  for (const auto message : request["messages"].items()) {
    const auto role = message["role"];
    if (role.is("user")) last = message["content"];
    if ((role.is("system") || role.is("developer")) && question.system.empty())
      append_content(question.system, message["content"]);
  }
  append_content(question.last_user, last);
  return question;
}

}  // namespace headgate::wire::openai
