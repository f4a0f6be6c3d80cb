// The models that may be asked, as each dialect lists them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects {

struct ListedModel {
  std::string id;
  std::string owner;
  std::int64_t created = 0;  // seconds since the epoch
};

void append_models(std::string& out, Dialect dialect, std::span<const ListedModel> models);

// Whose list a client wants where one path serves two: `endpoint` unless its head speaks of another API.
Dialect list_dialect(Dialect endpoint, std::string_view head);

}  // namespace headgate::dialects
