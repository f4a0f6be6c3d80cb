// Any bytes as rows of a catalog and as a list of each foreign format: what is taken can be written,
// read again and compared.
#include <array>
#include <string>

#include "headgate/catalog/age.hpp"
#include "headgate/catalog/catalog.hpp"
#include "headgate/catalog/diff.hpp"
#include "headgate/catalog/import.hpp"
#include "headgate/catalog/row.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

std::string rows_of(std::span<const catalog::Entry> entries) {
  std::string rows;
  for (const auto& entry : entries) rows += catalog::to_row(entry) + "\n";
  return rows;
}

core::Result<catalog::Catalog> read(std::string rows) {
  const catalog::Text text{"fuzz.jsonl", std::move(rows)};
  return catalog::Catalog::read({&text, 1});
}

void look_at(const catalog::Entry& entry, const catalog::Catalog& known) {
  require(known.find(entry.vendor, entry.model) == &entry);
  if (!entry.price) return;
  core::Usage usage;
  usage.input = 1000;
  usage.output = 1000;
  const auto cost = entry.price->cost(usage), worst = entry.price->worst_cost(1000, 1000);
  require(!cost || *cost >= core::Money());
  require(!cost || !worst || *cost <= *worst);
}

void as_rows(std::string text) {
  const auto known = read(std::move(text));
  if (!known) return require(!known.error().message().empty());
  for (const auto& entry : known->entries()) look_at(entry, *known);
  const auto again = read(rows_of(known->entries()));
  // Without the prices of other sources the rows say the same.
  require(again.has_value() && catalog::diff(*known, *again).empty());
  (void)catalog::age(*known, core::WallTime(), {});
}

void as_list(std::string_view text, std::optional<catalog::Format> format) {
  const auto list = catalog::import(text, {format, catalog::day_from("2026-08-06"), "vendor"});
  if (!list) return require(!list.error().message().empty());
  const auto known = read(rows_of(list->entries));
  require(known.has_value() && known->entries().size() == list->entries.size());
  require(catalog::merged_rows({"imported", ""}, *list).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  as_rows(std::string(text));
  as_list(text, std::nullopt);
  for (std::size_t i = 0; i < catalog::format_names.size(); ++i) as_list(text, static_cast<catalog::Format>(i));
  return 0;
}
