// The catalog as files: what the binary carries, and what lies in data_dir/catalog above it.
#pragma once

#include <string>
#include <vector>

#include "headgate/catalog/catalog.hpp"
#include "headgate/catalog/import.hpp"

namespace headgate::app {

// The built-in files, then imported.jsonl, then the other *.jsonl of the folder by name: what is
// written by hand has the last word.
core::Result<std::vector<catalog::Text>> catalog_texts(const std::string& data_dir);
core::Result<catalog::Catalog> read_catalog(const std::string& data_dir);

// What an import would change, or changed.
struct CatalogChange {
  catalog::Catalog before;
  catalog::Catalog after;
  catalog::Text imported;  // imported.jsonl as it would be
};
core::Result<CatalogChange> plan_import(const std::string& data_dir, const catalog::Import& fresh);
// All or nothing. A daemon sees the old file or the new one.
core::Result<void> write_import(const std::string& data_dir, const CatalogChange& change);

}  // namespace headgate::app
