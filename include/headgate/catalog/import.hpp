// Price lists of others, read as rows of ours. Text in, rows out; what cannot be carried over is
// named with the reason, never guessed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/catalog/catalog.hpp"

namespace headgate::catalog {

enum class Format : std::uint8_t { litellm, portkey, openrouter, headgate };
inline constexpr std::array<std::string_view, 4> format_names{"litellm", "portkey", "openrouter", "headgate"};

std::optional<Format> format_named(std::string_view name);

inline constexpr std::size_t max_import = 32u << 20;  // bytes of a foreign list

struct Skipped {
  std::string model;  // as the list calls it
  std::string why;
};

struct Import {
  std::string source;
  std::vector<Entry> entries;  // by vendor, then by name
  std::vector<Skipped> skipped;
};

struct ImportSettings {
  std::optional<Format> format;  // none: recognised by its shape
  std::optional<Day> as_of;      // when the list was made; it does not say so itself
  std::string vendor;            // whose prices they are, where the list does not say so itself
};

// Error: not readable in this format, or a vendor is needed.
core::Result<Import> import(std::string_view text, const ImportSettings& settings);

// How many prices an import and what was known before it have, at the vendors that it lists and from
// its source. A list that lost more than half of them is damaged rather than news.
struct PriceCount {
  std::size_t before = 0;
  std::size_t after = 0;
  bool shrinks_by_half() const { return after * 2 < before; }
};
PriceCount count_prices(const Catalog& before, const Import& fresh);

// The rows of earlier imports with this one put behind them: its source's rows for the same vendors
// are replaced, all others stay. Error: `earlier` cannot be read.
core::Result<std::string> merged_rows(const Text& earlier, const Import& fresh);

}  // namespace headgate::catalog
