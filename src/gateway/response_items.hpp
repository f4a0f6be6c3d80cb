// The items of stored responses.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>

#include "headgate/store/responses.hpp"

namespace headgate::gateway {

// All that was asked and answered, in order, as a JSON array.
std::string items_of_chain(std::span<const store::StoredResponse> chain);
// Those of these ids, each as JSON.
using ItemsById = std::map<std::string, std::string, std::less<>>;
ItemsById items_by_id(std::span<const store::StoredResponse> stored, const std::set<std::string, std::less<>>& ids);

}  // namespace headgate::gateway
