// What the readers of foreign lists share.
#pragma once

#include <string>
#include <string_view>

#include "headgate/catalog/import.hpp"
#include "json_text.hpp"

namespace headgate::catalog {

core::Result<Import> import_litellm(const Json& list, const ImportSettings& settings);
core::Result<Import> import_portkey(const Json& list, const ImportSettings& settings);
core::Result<Import> import_openrouter(const Json& list, const ImportSettings& settings);

// Dollars for one token, as a number or a decimal string, times `unit`. Nothing when it is not
// there, zero (which lists write for "unknown"), negative ("it depends") or absurd.
std::optional<core::Money> rate_of(const Json* dollars_per_token, double unit = 1);

// Takes the entry into the import unless it says nothing or its name is taken already.
void add(Import& import, std::string listed_as, Entry entry);
inline void skip(Import& import, std::string listed_as, std::string why) {
  import.skipped.push_back({std::move(listed_as), std::move(why)});
}

}  // namespace headgate::catalog
