// Which capability a request asks for, from its text alone. docs/classifier.md tells how well.
#pragma once

#include <memory>
#include <string_view>

#include "headgate/classify/profile.hpp"
#include "headgate/classify/tokens.hpp"
#include "headgate/core/result.hpp"

namespace headgate::classify {

struct Model;

// Value, cheap to copy, read-only: safe to call from any thread. A call allocates nothing and reads
// 400 bytes of each text, however long it is.
class Classifier {
 public:
  // With the lexicon and the weights that the binary carries.
  explicit Classifier(const Settings& settings = {});
  // With others. Fails when they are malformed or do not belong together.
  static core::Result<Classifier> from(std::string_view lexicon, std::string_view weights,
                                       const Settings& settings = {});

  // The user's last text decides. Where it leaves the task open, the system text may decide.
  Profile classify(const Tokens& last_user, std::string_view system) const;
  Profile classify(const Text& text) const { return classify(Tokens(text.last_user), text.system); }

 private:
  Classifier(std::shared_ptr<const Model> model, const Settings& settings);
  Profile classify(const Tokens& text) const;

  std::shared_ptr<const Model> model_;
  Settings settings_;
};

}  // namespace headgate::classify
