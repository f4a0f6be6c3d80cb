#include "decision_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace headgate::app {
namespace {

constexpr std::size_t line_width = 80;

struct Wording {
  std::string_view name, words;
};

constexpr std::array needs_in_words{Wording{"stream", "a streamed answer"},
                                    Wording{"tools", "tools"},
                                    Wording{"parallel_tools", "parallel tool calls"},
                                    Wording{"vision", "vision"},
                                    Wording{"audio", "audio"},
                                    Wording{"files", "files"},
                                    Wording{"json_object", "an answer in JSON"},
                                    Wording{"json_schema", "an answer after a JSON schema"},
                                    Wording{"logprobs", "log probabilities"},
                                    Wording{"n", "several answers at once"},
                                    Wording{"reasoning", "reasoning"},
                                    Wording{"prefill", "an answer that goes on from given words"},
                                    Wording{"system", "a system message"}};

constexpr std::array objectives_in_words{Wording{"latency", "speed"}, Wording{"cost", "a low cost"},
                                         Wording{"quality", "quality"},
                                         Wording{"balanced", "the balance of quality, cost and speed"}};

constexpr std::array signals_in_words{Wording{"cut", "the answer broke off"},
                                      Wording{"refused", "the model refused, or a filter stopped it"},
                                      Wording{"invalid_json", "the answer is not the JSON that was asked for"}};

struct Meaning {
  std::string_view code, of_attempt, of_request;
};

constexpr std::array meanings{
    Meaning{"upstream_error", "failed, refused the gateway's account, or sent something unusable",
            "the last provider asked failed, refused the gateway's account, or sent something unusable"},
    Meaning{"upstream_timeout", "did not answer in time", "the last provider asked did not answer in time"},
    Meaning{"no_healthy_upstream", "said that it cannot answer now",
            "every provider was out of order, or left alone after too many failures"},
    Meaning{"rate_limit_exceeded", "said that it gets too many requests", "the providers get too many requests"},
    Meaning{"insufficient_quota", "said that the gateway's account has no credit left",
            "the gateway's account at the provider has no credit left"},
    Meaning{"context_length_exceeded", "said that the request is too long for it",
            "the request is too long for the models it may go to"},
    Meaning{"content_filter", "refused the content by its policy", "a provider's policy refuses the content"},
    Meaning{"invalid_request", "refused the request as a mistake of the client", "it is not a valid request"},
    Meaning{"request_too_large", "said that the request is too large", "it is too large"},
    Meaning{"capability_unavailable", "cannot do what the request needs", "no model it may go to can do what it needs"},
    Meaning{"budget_exceeded", "was not paid for, because a budget is spent",
            "a budget that it would be charged to is spent"},
    Meaning{"trust_policy", "is not trusted enough", "the policy trusts no provider enough with it"},
    Meaning{"model_not_found", "does not know the model", "no such model is configured"},
    Meaning{"model_not_allowed", "does not allow the model", "its key may not use this model"},
    Meaning{"access_token", "could not be asked, because the gateway has no access token for it",
            "the gateway has no access token for the provider"},
    Meaning{"overloaded", "could not be asked, because too many requests wait for it", "too many requests are waiting"},
    Meaning{"draining", "was not waited for, because the gateway was being stopped", "the gateway was being stopped"},
    Meaning{"client_gone", "was not waited for, because the client went away", "the client went away"},
    Meaning{"request_timeout", "was not waited for, because the client was too slow", "the client was too slow"},
    Meaning{"internal_error", "was lost to a fault of the gateway; its log tells more",
            "the gateway is at fault; its log tells more"},
};

const Meaning* meaning_of(std::string_view code) {
  const auto found =
      std::find_if(meanings.begin(), meanings.end(), [=](const Meaning& one) { return one.code == code; });
  return found == meanings.end() ? nullptr : &*found;
}

// A number keeps its unit.
std::string_view take_word(std::string_view& text) {
  std::size_t end = text.find(' ');
  while (end != text.npos && end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9') end = text.find(' ', end + 1);
  const auto word = text.substr(0, end);
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
}

}  // namespace

std::size_t width_of(std::string_view utf8) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), starts));
}

std::string quoted(std::string_view name) { return fmt::format("`{}`", name); }

std::string listed(const std::vector<std::string>& items) {
  std::string list;
  for (std::size_t i = 0; i < items.size(); ++i)
    list += (i == 0 ? "" : i + 1 == items.size() ? " and " : ", ") + items[i];
  return list;
}

std::string listed_names(const std::vector<std::string>& names) {
  std::vector<std::string> all;
  for (const auto& name : names) all.push_back(quoted(name));
  return listed(all);
}

std::string counted(std::size_t count, std::string_view one) {
  return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s");
}

std::string dollars(double amount) {
  if (amount == 0) return "$0";
  const double size = std::abs(amount);
  const int before_point = static_cast<int>(std::floor(std::log10(size))) + 1;
  auto digits = fmt::format("{:.{}f}", size, std::clamp(4 - before_point, 2, 16));
  const auto cents = digits.find('.') + 3;
  while (digits.size() > cents && digits.back() == '0') digits.pop_back();
  return (amount < 0 ? "-$" : "$") + digits;
}

// Neither "never" nor "always" where it is only nearly so.
std::string percent(double share) {
  const double value = share * 100;
  if (value > 0 && value < 1) return "<1 %";
  if (value > 99 && value < 100) return ">99 %";
  return fmt::format("{:.0f} %", value);
}

std::string time_from_ms(double milliseconds) {
  if (milliseconds < 1000) return fmt::format("{:.0f} ms", milliseconds);
  if (milliseconds < 120'000) return fmt::format("{:.1f} s", milliseconds / 1000);
  return fmt::format("{:.1f} min", milliseconds / 60'000);
}

std::string whole(double number) { return fmt::format("{:.0f}", number); }

std::string need_in_words(const std::string& need) {
  const auto known = std::find_if(needs_in_words.begin(), needs_in_words.end(),
                                  [&](const Wording& wording) { return wording.name == need; });
  return known == needs_in_words.end() ? quoted(need) : std::string(known->words);
}

std::string objective_in_words(const std::string& objective, bool now) {
  const auto known = std::find_if(objectives_in_words.begin(), objectives_in_words.end(),
                                  [&](const Wording& wording) { return wording.name == objective; });
  if (known == objectives_in_words.end())
    return fmt::format("the objective {} {}", now ? "is" : "was", quoted(objective));
  return fmt::format("{} {} most (objective {})", known->words, now ? "counts" : "counted", quoted(objective));
}

std::string attempt_in_words(std::string_view code) {
  if (code == "ok") return "answered";
  const auto* known = meaning_of(code);
  return known == nullptr ? "ended with " + quoted(code) : std::string(known->of_attempt);
}

std::string signal_in_words(std::string_view signal) {
  const auto known = std::find_if(signals_in_words.begin(), signals_in_words.end(),
                                  [=](const Wording& wording) { return wording.name == signal; });
  return known == signals_in_words.end() ? "the answer was " + quoted(signal) : std::string(known->words);
}

std::string failure_in_words(std::string_view code) {
  const auto* known = meaning_of(code);
  return known == nullptr ? "it ended with " + quoted(code) : std::string(known->of_request);
}

std::string reason_in_words(std::string_view code) {
  const auto* known = meaning_of(code);
  if (known != nullptr) return "it " + std::string(known->of_attempt);
  std::string words(code);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

std::string wrapped(std::string_view first_prefix, std::string_view text) {
  const std::string indent(width_of(first_prefix), ' ');
  std::string out(first_prefix);
  std::size_t column = indent.size();
  while (!text.empty()) {
    const auto word = take_word(text);
    const bool starts_line = column == indent.size();
    if (!starts_line && column + 1 + width_of(word) > line_width) {
      out.append("\n").append(indent);
      column = indent.size();
    } else if (!starts_line) {
      out.push_back(' ');
      ++column;
    }
    out.append(word);
    column += width_of(word);
  }
  return out + "\n";
}

}  // namespace headgate::app
