#include "headgate/catalog/entry.hpp"

namespace headgate::catalog {
namespace {

template <typename T>
void put(const std::optional<T>& stated, std::optional<T>& into) {
  if (stated) into = stated;
}

template <typename T>
void put(const T& stated, T& into) {
  if (!stated.empty()) into = stated;
}

}  // namespace

Entry over(const Entry& stated, const Entry* known) {
  if (known == nullptr) return stated;
  Entry both = *known;
  put(stated.vendor, both.vendor);
  put(stated.model, both.model);
  put(stated.aliases, both.aliases);
  put(stated.kind, both.kind);
  put(stated.context_window, both.context_window);
  put(stated.max_output, both.max_output);
  put(stated.dimensions, both.dimensions);
  put(stated.input, both.input);
  put(stated.output, both.output);
  put(stated.deprecation, both.deprecation);
  put(stated.price, both.price);
  put(stated.other_prices, both.other_prices);
  if (!stated.supported.empty() || !stated.lacking.empty()) {
    both.supported = stated.supported;
    both.lacking = stated.lacking;
  }
  for (const auto& [name, limit] : stated.parameters) both.parameters.insert_or_assign(name, limit);
  for (std::size_t i = 0; i < both.quality.size(); ++i) put(stated.quality[i], both.quality[i]);
  return both;
}

}  // namespace headgate::catalog
