// What two catalogs say differently. Values in, values out.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "headgate/catalog/catalog.hpp"

namespace headgate::catalog {

// The known facts of an entry as text: `price.input` and `2.5`, `supports.tools` and `yes`.
std::vector<std::pair<std::string, std::string>> facts(const Entry& entry);

struct Difference {
  std::string vendor;
  std::string model;
  std::string field;   // `model` when one side does not list it at all
  std::string before;  // empty: unknown
  std::string after;

  // Both sides know, and they do not say the same.
  bool is_disagreement() const { return !before.empty() && !after.empty(); }
  friend bool operator==(const Difference&, const Difference&) = default;
};

// By vendor, model and field.
std::vector<Difference> diff(const Catalog& before, const Catalog& after);

// Where two sources contradict each other in a price or a limit of a model that both list.
std::vector<Difference> disagreements(const Catalog& a, const Catalog& b);

}  // namespace headgate::catalog
