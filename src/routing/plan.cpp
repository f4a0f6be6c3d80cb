#include "headgate/routing/plan.hpp"

namespace headgate::routing {

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::other_kind: return "other_kind";
    case Reason::lacks_ability: return "lacks_ability";
    case Reason::unknown_ability: return "unknown_ability";
    case Reason::context_window: return "context_window";
    case Reason::max_output: return "max_output";
    case Reason::max_cost: return "max_cost";
    case Reason::max_price: return "max_price";
    case Reason::unknown_price: return "unknown_price";
    case Reason::first_token_within: return "first_token_within";
    case Reason::min_quality: return "min_quality";
    case Reason::trust_policy: return "trust_policy";
    case Reason::data_policy: return "data_policy";
    case Reason::provider_hint: return "provider_hint";
    case Reason::budget_exceeded: return "budget_exceeded";
    case Reason::budget_degraded: return "budget_degraded";
  }
  return "unknown";
}

}  // namespace headgate::routing
