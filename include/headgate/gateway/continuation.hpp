// A stream that a client has been shown in part, kept so that another model can go on where it broke off.
// docs/routing.md tells when that is done.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/core/capability.hpp"
#include "headgate/core/error.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/gateway/record.hpp"
#include "headgate/wire/openai_continuation.hpp"
#include "headgate/wire/seam.hpp"

namespace headgate::gateway {

// Lives for one request whose rule asks for it. Value.
class Continuation {
 public:
  // Kept of a text; a longer one is not gone on with.
  static constexpr std::size_t max_text = 256 * 1024;

  // Whether a request with these needs can be split among models.
  static bool suits(core::FeatureSet needs);

  // An event of the first model that goes to the client as it is.
  void show(wire::JsonReader& json, std::string_view data, bool finishes);

  // Whether another model could go on from here.
  bool is_possible() const;
  // Who has shown something goes no further, for this reason.
  void break_off(core::Error reason, const core::Usage& usage);
  bool is_broken_off() const { return reason_.has_value(); }
  const core::Error& reason() const { return *reason_; }

  // What the next model is asked. `document` is that of `body`.
  std::string request(wire::JsonValue document, std::string_view body, const wire::openai::Prefill& prefill);
  // Shown until now, and the same in tokens as they were counted or estimated.
  std::size_t characters() const;
  std::size_t bytes() const { return text_.size(); }
  core::Tokens tokens() const { return used_.output.value_or(0); }

  // An event of the next model as the client gets it; empty: there is nothing new in it. The attempt's usage is what
  // that model has told of itself until now.
  std::string adopt(wire::JsonReader& json, std::string_view data, const AttemptRecord& attempt, bool finishes);

  // `,"continued":[...]`, who went on and from where.
  void append_to(std::string& json) const;

 private:
  struct Hop {
    std::string provider, model;
    std::uint64_t after_characters;
  };

  void take(const std::optional<std::string>& text, bool finishes);
  void note_hop(const AttemptRecord& attempt);

  std::string identity_;  // of the first model's stream
  std::string text_;      // all that was shown
  wire::Seam seam_;       // between it and the next model's
  std::vector<Hop> hops_;
  core::Usage used_;  // by those who broke off
  std::optional<core::Error> reason_;
  bool is_plain_ = true;  // nothing but text was shown, and all of it was kept
  bool is_finished_ = false;
  bool is_new_hop_ = false;  // who goes on now has not shown anything yet
};

}  // namespace headgate::gateway
