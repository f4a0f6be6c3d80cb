// Values of a decision in words: times, money, shares, lists, what an outcome means.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headgate::app {

std::string quoted(std::string_view name);
std::string listed(const std::vector<std::string>& items);        // a, b and c
std::string listed_names(const std::vector<std::string>& names);  // the same, quoted
std::string counted(std::size_t count, std::string_view one);     // 1 model, 2 models

std::string dollars(double amount);
std::string percent(double share);
std::string time_from_ms(double milliseconds);
std::string whole(double number);

std::string need_in_words(const std::string& need);
// "speed counted most (objective `latency`)"; in the present if `now`.
std::string objective_in_words(const std::string& objective, bool now);

// What a code says of the attempt: "said that it cannot answer now".
std::string attempt_in_words(std::string_view code);
// What an answer said against its model without being rated: "the answer is not the JSON that was asked for".
std::string signal_in_words(std::string_view signal);
// What it says of the whole request: "no provider could be asked".
std::string failure_in_words(std::string_view code);
// What it says of a model that was not asked.
std::string reason_in_words(std::string_view code);

// Characters, not bytes.
std::size_t width_of(std::string_view utf8);

// Lines of at most 80 characters, where words allow; those after the first are indented.
std::string wrapped(std::string_view first_prefix, std::string_view text);

}  // namespace headgate::app
