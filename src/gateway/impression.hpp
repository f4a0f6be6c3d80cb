// What an answer says of its own quality, noticed while it passes through.
#pragma once

#include "headgate/budget/signal.hpp"
#include "headgate/core/capability.hpp"
#include "headgate/wire/openai_answer.hpp"

namespace headgate::gateway {

// Of one attempt. Only requests for JSON pay for more than a few comparisons. Worker-confined.
class Witness {
 public:
  explicit Witness(core::FeatureSet needs)
      : asks_json_(needs.has(core::Feature::json_object) || needs.has(core::Feature::json_schema)) {}

  // Otherwise an event that is content and nothing else need not be heard.
  bool gathers_text() const { return asks_json_; }

  // `said`: a wire::openai::Reply or StreamEvent; `document` is what it was read from.
  template <typename Said>
  void hear(const Said& said, wire::JsonValue document) {
    refused_ = refused_ || said.refuses;
    truncated_ = truncated_ || said.truncated;
    if (asks_json_) text_.add(document);
  }

  // Of a complete answer to the request in `body`. An answer that came to the limit of its length is no JSON, but that
  // is the limit's fault.
  budget::Impression judge(std::string_view body, wire::JsonReader& request, wire::JsonReader& answer) const;

 private:
  bool asks_json_;
  bool refused_ = false;
  bool truncated_ = false;
  wire::openai::AnswerText text_;
};

}  // namespace headgate::gateway
