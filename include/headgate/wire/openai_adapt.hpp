// A request as the model that answers can take it, when it is not the one the client had in mind.
// docs/adaptation.md lists what becomes of each parameter.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "headgate/core/capability.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/usage.hpp"
#include "headgate/wire/json.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::wire::openai {

// What a model takes of one parameter. Unset: no limit is known.
struct ParameterRule {
  bool supported = true;
  std::optional<double> min, max;
  std::optional<unsigned> max_items;
};

// Value. What is not in it is taken to be fine.
struct ModelLimits {
  core::FeatureSet lacking;
  std::optional<core::Tokens> max_output;
  std::map<std::string, ParameterRule, std::less<>> parameters;
};

struct Adapted {
  std::string body;                  // empty: nothing had to change
  std::vector<std::string> changed;  // the client's names of the parameters, in order of appearance
};

// False: adapt() would change nothing, whatever the request.
bool may_need_adapting(const ModelLimits& limits);

// `document` is that of `body`. Every byte that need not change stays.
// Error: capability_unavailable, next target (param set): this model cannot do what is asked.
core::Result<Adapted> adapt(JsonValue document, std::string_view body, Surface surface, const ModelLimits& limits);

}  // namespace headgate::wire::openai
