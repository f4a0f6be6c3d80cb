// An entry as one line of a catalog: a JSON object. docs/catalog.md describes it.
#pragma once

#include <string>

#include "headgate/catalog/entry.hpp"

namespace headgate::catalog {

// Without a line end; reads back as the same entry, but for what other sources say of its price.
std::string to_row(const Entry& entry);
// With a name for the source of facts that have no price.
std::string to_row(const Entry& entry, const Origin& origin);

}  // namespace headgate::catalog
