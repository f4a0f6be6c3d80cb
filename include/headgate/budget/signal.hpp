// What an answer says of its own quality when nobody rates it, and how much that weighs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace headgate::budget {

enum class Signal : std::uint8_t {
  cut,           // the stream broke after its user had seen some of it
  refused,       // the model would not, or a filter stopped it
  invalid_json,  // asked for JSON, and this is none, or not of the schema
};
inline constexpr std::size_t signal_count = 3;
inline constexpr std::array<std::string_view, signal_count> signal_names{"cut", "refused", "invalid_json"};
constexpr std::string_view name_of(Signal signal) { return signal_names[static_cast<std::size_t>(signal)]; }

// How much of a user's score of 0 it is worth.
constexpr double weight_of(Signal signal) {
  switch (signal) {
    case Signal::cut: return 0.25;          // mostly the network's fault, and success rate and cost count it already
    case Signal::refused: return 0.25;      // it may be right to refuse, and others might refuse as well
    case Signal::invalid_json: return 0.7;  // of no use to the program that asked; but a schema may ask the impossible
  }
  return 0;
}

// What is seen of one answer. Value.
struct Impression {
  std::optional<Signal> signal;
  bool answered = false;     // some of it reached its user
  bool judged_json = false;  // it was asked for JSON, and could be judged
};

}  // namespace headgate::budget
