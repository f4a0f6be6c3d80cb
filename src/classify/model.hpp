// What a classifier decides by: the words it knows and what they weigh.
#pragma once

#include "lexicon.hpp"
#include "weights.hpp"

namespace headgate::classify {

struct Model {
  Lexicon lexicon;
  Weights weights;
};

// Sums what the features of a text say.
Logits logits_of(const Model& model, const Tokens& tokens);

}  // namespace headgate::classify
