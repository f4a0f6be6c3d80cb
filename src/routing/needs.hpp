// Which abilities a request cannot do without.
#pragma once

#include "headgate/core/capability.hpp"

namespace headgate::routing {

constexpr core::FeatureSet common(core::FeatureSet a, core::FeatureSet b) { return a.without(a.without(b)); }

}  // namespace headgate::routing
