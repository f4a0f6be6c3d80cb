#include "bedrock_marks.hpp"

#include <cstddef>

namespace headgate::dialects::bedrock {
namespace {

constexpr std::size_t most = 4;

bool instructs(const chat::Message& message) {
  return message.role == chat::Role::system || message.role == chat::Role::developer;
}

// All places of one mark, of constant things or others: those inside a result are its own.
template <typename Part>
auto places_in(Part& part) {
  std::vector<decltype(&part.remember)> places{&part.remember};
  if (auto* result = std::get_if<chat::ToolResult>(&part.value))
    for (auto& inside : result->content) places.push_back(&inside.remember);
  std::erase_if(places, [](const auto* place) { return !place->has_value(); });
  return places;
}

// In the order of the prompt: of tools, instructions, and what was said.
template <typename Request>
auto marks_of(Request& request) {
  std::vector<decltype(places_in(request.messages.front().parts.front()))> marks;
  for (auto& tool : request.tools)
    if (tool.remember) marks.push_back({&tool.remember});
  for (const bool instructions : {true, false})
    for (auto& message : request.messages)
      if (instructs(message) == instructions)
        for (auto& part : message.parts)
          if (auto places = places_in(part); !places.empty()) marks.push_back(std::move(places));
  return marks;
}

}  // namespace

std::optional<chat::Request> with_fewer_marks(const chat::Request& request) {
  const auto asked = marks_of(request).size();
  if (asked <= most) return std::nullopt;
  auto fewer = request;
  const auto marks = marks_of(fewer);
  for (std::size_t i = 0; i < asked - most; ++i)
    for (auto* place : marks[i]) place->reset();
  return fewer;
}

}  // namespace headgate::dialects::bedrock
