#include "decision_text.hpp"

#include <fmt/format.h>

#include "decision_reading.hpp"
#include "decision_table.hpp"
#include "decision_words.hpp"

namespace headgate::app {
namespace {

constexpr std::size_t most_attempts = 50;
constexpr int first_error_status = 400;

// "gpt-4o at openai"
template <typename Named>
std::string who(const Named& named) {
  const auto model = named.model.value_or("a model nobody names");
  return named.provider ? model + " at " + *named.provider : model;
}

void add_sentence(std::string& text, const std::string& sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += " ";
  text += sentence;
}

bool is_open(const std::string& model) {
  return model == "auto" || model.starts_with("auto:") || model.starts_with("pool:");
}

// Whoever was refused before anybody looked at rules and models has no plan.
bool has_plan(const Decision& decision) {
  return decision.pool || !decision.candidates.empty() || !decision.excluded.empty() || !decision.attempts.empty();
}

std::string asked(const Decision& decision) {
  std::string text = decision.request_id ? "Request " + *decision.request_id : "The request";
  if (decision.tenant) text += " of the tenant " + quoted(*decision.tenant);
  if (decision.zone) text += " from the zone " + quoted(*decision.zone);
  if (!decision.model) return text + (decision.is_plan() ? " is not sent." : " came in.");
  text += (decision.is_plan() ? " asks for the model " : " asked for the model ") + quoted(*decision.model);
  if (is_open(*decision.model)) text += ", which leaves the choice to the gateway";
  return text + (decision.is_plan() ? ". It is not sent." : ".");
}

std::string capability(const Decision& decision) {
  const auto& [is_told, value] = decision.capability;
  const auto was = decision.is_plan() ? "is" : "was";
  const auto sure = decision.confidence ? percent(*decision.confidence) + " sure" : "";
  if (value && sure.empty()) return fmt::format("It {} treated as {}.", was, quoted(*value));
  if (value) return fmt::format("It {} taken for {} ({}).", was, quoted(*value), sure);
  if (!sure.empty()) return fmt::format("What kind of task it is {} left open: the best guess is only {}.", was, sure);
  if (!is_told || !has_plan(decision)) return "";
  return fmt::format("Nobody {} to know what kind of task it is.", decision.is_plan() ? "needs" : "needed");
}

// 0 to 1, and 0.5 is usual.
std::string difficulty(const Decision& decision) {
  if (!decision.difficulty) return "";
  const bool now = decision.is_plan();
  const auto looks = now ? "looks" : "looked";
  const auto counts = now ? "counts" : "counted";
  if (*decision.difficulty < 0.35) return fmt::format("It {} easier than usual, so quality {} less.", looks, counts);
  if (*decision.difficulty > 0.65) return fmt::format("It {} harder than usual, so quality {} more.", looks, counts);
  return fmt::format("It {} about as hard as usual.", looks);
}

std::string size_and_needs(const Decision& decision) {
  std::vector<std::string> needs;
  for (const auto& need : decision.needs) needs.push_back(need_in_words(need));
  const auto size = decision.input_tokens ? "about " + whole(*decision.input_tokens) + " tokens of input" : "";
  if (needs.empty()) return size.empty() ? "" : "It has " + size + ".";
  return "It needs " + listed(needs) + (size.empty() ? "." : ", and has " + size + ".");
}

std::string tags(const Decision& decision) {
  if (decision.tags.empty()) return "";
  return "It carries the tag" + std::string(decision.tags.size() > 1 ? "s " : " ") + listed_names(decision.tags) + ".";
}

std::string question(const Decision& decision) {
  auto text = asked(decision);
  add_sentence(text, capability(decision));
  add_sentence(text, difficulty(decision));
  add_sentence(text, size_and_needs(decision));
  add_sentence(text, tags(decision));
  return wrapped("", text);
}

std::string rule(const Decision& decision) {
  const auto matches = decision.is_plan() ? "matches" : "matched";
  if (decision.rule.value) return fmt::format("The rule {} {}.", quoted(*decision.rule.value), matches);
  return decision.rule.is_told && has_plan(decision) ? fmt::format("No rule {}.", matches) : "";
}

std::string pool(const Decision& decision) {
  const bool now = decision.is_plan();
  const auto be = now ? "are" : "were";
  const bool is_named = decision.model && !is_open(*decision.model);
  if (!decision.pool)
    return is_named && has_plan(decision)
               ? fmt::format("No pool {0} needed, because the model {0} named.", now ? "is" : "was")
               : "";
  const auto objective = decision.objective ? "; " + objective_in_words(*decision.objective, now) : "";
  const auto models = is_named ? "After the model that is named, those" : "The models";
  return fmt::format("{} of the pool {} {} considered{}.", models, quoted(*decision.pool), be, objective);
}

std::string choice(const Decision& decision) {
  auto text = rule(decision);
  add_sentence(text, pool(decision));
  return text.empty() ? "" : wrapped("", text);
}

std::string candidates(const Decision& decision) {
  if (!decision.tells_candidates || !has_plan(decision)) return "";
  const bool now = decision.is_plan();
  const auto count = decision.candidates.size();
  if (count == 0) return now ? "No model is left to be asked.\n" : "No model was left to be asked.\n";
  const auto order = count == 1 ? "" : now ? ", and would be asked in this order" : ", to be asked in this order";
  const auto legend = score_legend(decision);
  return fmt::format("{} {} into question{}:\n\n{}{}{}", counted(count, "model"),
                     !now         ? "came"
                     : count == 1 ? "comes"
                                  : "come",
                     order, candidates_table(decision), legend.empty() ? "" : "\n", legend);
}

std::string excluded(const Decision& decision) {
  if (decision.excluded.empty()) return "";
  return (decision.is_plan() ? "Left out, and why:\n\n" : "Not asked, and why:\n\n") + excluded_table(decision);
}

std::string usage(const ToldAttempt& attempt) {
  std::vector<std::string> parts;
  const auto add = [&](const Number& all, const char* direction, const Number& part, const char* special) {
    if (!all) return;
    parts.push_back(whole(*all) + (parts.empty() ? " tokens " : " ") + direction);
    if (part && *part > 0) parts.back() += fmt::format(" ({} of them {})", whole(*part), special);
  };
  add(attempt.tokens_in, "in", attempt.tokens_cached, "cached");
  add(attempt.tokens_out, "out", attempt.tokens_reasoning, "for reasoning");
  if (parts.empty()) return "";
  return listed(parts) + (attempt.is_estimated ? ", by the gateway's estimate" : "");
}

std::string price(const ToldAttempt& attempt, bool answered) {
  const auto& [is_told, value] = attempt.cost;
  if (!value) return is_told && answered ? "what it cost is not known" : "";
  return *value != 0 || answered ? "it cost " + dollars(*value) : "";
}

std::string outcome(const ToldAttempt& attempt) {
  if (!attempt.outcome) return who(attempt) + " was asked";
  return who(attempt) + " " + attempt_in_words(*attempt.outcome);
}

std::string timing(const ToldAttempt& attempt) {
  const auto first = attempt.first_byte_ms ? time_from_ms(*attempt.first_byte_ms) : "";
  const auto all = attempt.total_ms ? time_from_ms(*attempt.total_ms) : "";
  if (all.empty()) return first.empty() ? "" : "its first byte came after " + first;
  if (first.empty() || first == all) return "it took " + all;
  return "its first byte came after " + first + ", and it was over after " + all;
}

std::string counted_characters(double count) { return whole(count) + (count == 1 ? " character" : " characters"); }

std::string attempt(const ToldAttempt& attempt) {
  auto text = outcome(attempt);
  if (attempt.status) text += " (status " + whole(*attempt.status) + ")";
  for (const auto& clause : {timing(attempt), usage(attempt), price(attempt, attempt.outcome == "ok")})
    if (!clause.empty()) text += "; " + clause;
  text += ".";
  if (attempt.continued_after_characters)
    text += " It was asked to go on after " + counted_characters(*attempt.continued_after_characters) +
            " of an answer that had broken off.";
  if (attempt.signal) text += " This counts against the model: " + signal_in_words(*attempt.signal) + ".";
  if (!attempt.adapted.empty())
    text += " To suit this model, the gateway changed " + listed_names(attempt.adapted) + " in the request.";
  return text;
}

std::string attempts(const Decision& decision) {
  if (decision.attempts.empty()) return "";
  std::string text = "What happened:\n\n";
  std::size_t number = 0;
  for (const auto& one : decision.attempts) {
    if (++number > most_attempts) break;
    text += wrapped(fmt::format("{:>3}  ", number), attempt(one));
  }
  if (number > most_attempts)
    text += fmt::format("  ... and {} more; --json shows all\n", decision.attempts.size() - most_attempts);
  return text;
}

std::string plan_in_short(const Decision& decision) {
  if (!decision.tells_candidates) return "";
  if (decision.candidates.empty()) return "So nobody would be asked.";
  auto text = "So " + who(decision.candidates.front()) + " would be asked first";
  if (decision.candidates.size() == 1) return text + ", and nobody else.";
  return text + ", and " + who(decision.candidates[1]) + " if that fails.";
}

std::string total(const Decision& decision) {
  const auto time = decision.total_ms ? "took " + time_from_ms(*decision.total_ms) : "";
  const auto cost = decision.cost.value ? "cost " + dollars(*decision.cost.value) : "";
  if (time.empty() && cost.empty()) return "";
  auto text = "All in all it " + time + (time.empty() || cost.empty() ? "" : " and ") + cost;
  const bool is_unknown = decision.cost.is_told && !decision.cost.value && !decision.attempts.empty();
  return text + (is_unknown ? "; what it cost is not known." : ".");
}

bool succeeded(const Decision& decision) {
  if (decision.outcome) return decision.outcome == "ok";
  if (!decision.attempts.empty() && decision.attempts.back().outcome) return decision.attempts.back().outcome == "ok";
  return decision.status && *decision.status < first_error_status;
}

std::string told_to_client(const Decision& decision) {
  return decision.status ? " The client got status " + whole(*decision.status) + "." : "";
}

std::string success(const Decision& decision) {
  if (decision.attempts.empty()) return "No provider was asked." + told_to_client(decision);
  if (decision.attempts.back().continued_after_characters)
    return "So " + who(decision.attempts.back()) + " ended the answer that another had begun.";
  const auto failed = decision.attempts.size() - 1;
  return "So " + who(decision.attempts.back()) + " answered" +
         (failed == 0 ? "." : ", after " + counted(failed, "failed attempt") + ".");
}

std::string failure(const Decision& decision) {
  const auto why = decision.outcome ? ": " + failure_in_words(*decision.outcome) + "." : ".";
  if (decision.outcome == "client_gone") return "So nobody was left to answer: the client went away.";
  if (decision.attempts.empty()) return "So nobody was asked" + why + told_to_client(decision);
  if (decision.attempts.back().continued_after_characters) return "So the answer did not come to its end" + why;
  const bool had_begun = decision.status && *decision.status < first_error_status;
  if (had_begun) return "So " + who(decision.attempts.back()) + " began to answer, but did not come to the end" + why;
  return "So nobody answered" + why + told_to_client(decision);
}

std::string end(const Decision& decision) {
  if (decision.is_plan()) return wrapped("", plan_in_short(decision));
  auto text = succeeded(decision) ? success(decision) : failure(decision);
  add_sentence(text, total(decision));
  return wrapped("", text);
}

}  // namespace

std::string tell(std::string_view decision_json) {
  const auto decision = read_decision(decision_json);
  if (!decision) return "This is not a decision that can be told; --json shows it as it is.\n";
  std::string text;
  for (const auto section : {question, choice, candidates, excluded, attempts, end}) {
    const auto paragraph = section(*decision);
    if (paragraph.empty() || paragraph == "\n") continue;
    text += (text.empty() ? "" : "\n") + paragraph;
  }
  return text;
}

}  // namespace headgate::app
