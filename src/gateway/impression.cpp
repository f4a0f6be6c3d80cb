#include "impression.hpp"

namespace headgate::gateway {

budget::Impression Witness::judge(std::string_view body, wire::JsonReader& request, wire::JsonReader& answer) const {
  using wire::openai::Shape;
  budget::Impression seen;
  seen.answered = true;
  if (refused_) seen.signal = budget::Signal::refused;
  if (!asks_json_ || refused_ || truncated_ || text_.text().empty()) return seen;
  const auto asked = request.read(body);
  if (!asked) return seen;
  const auto shape = wire::openai::judge(*asked, text_, answer);
  answer.shrink();
  seen.judged_json = shape != Shape::unknown;
  if (shape == Shape::broken) seen.signal = budget::Signal::invalid_json;
  return seen;
}

}  // namespace headgate::gateway
