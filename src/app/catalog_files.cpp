#include "catalog_files.hpp"

#include <algorithm>
#include <filesystem>

#include "files.hpp"

namespace headgate::app {

using catalog::Catalog;
using catalog::Text;
using core::Code;
using core::Error;
using core::Result;

namespace {

constexpr std::size_t max_files = 64;
constexpr std::string_view imported_name = "imported.jsonl";

std::string folder_of(const std::string& data_dir) { return data_dir + "/catalog"; }

Result<std::vector<std::string>> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".jsonl") names.push_back(at->path().filename());
  if (error && error != std::errc::no_such_file_or_directory)
    return Error(Code::internal_error, "cannot read " + folder + ": " + error.message());
  if (names.size() > max_files)
    return Error(Code::internal_error,
                 folder + " has more than " + std::to_string(max_files) + " files; put their rows together");
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return std::pair(a != imported_name, a) < std::pair(b != imported_name, b);
  });
  return names;
}

}  // namespace

Result<std::vector<Text>> catalog_texts(const std::string& data_dir) {
  auto texts = catalog::built_in();
  const auto folder = folder_of(data_dir);
  const auto names = names_in(folder);
  if (!names) return names.error();
  for (const auto& name : *names) {
    const auto path = folder + "/" + name;
    auto text = read_file(path, catalog::max_text, false);
    if (!text) return text.error();
    if (*text) texts.push_back({path, std::move(**text)});
  }
  return texts;
}

Result<Catalog> read_catalog(const std::string& data_dir) {
  const auto texts = catalog_texts(data_dir);
  if (!texts) return texts.error();
  return Catalog::read(*texts);
}

Result<CatalogChange> plan_import(const std::string& data_dir, const catalog::Import& fresh) {
  auto texts = catalog_texts(data_dir);
  if (!texts) return texts.error();
  auto before = Catalog::read(*texts);
  if (!before) return before.error();
  const auto path = folder_of(data_dir) + "/" + std::string(imported_name);
  auto found = std::find_if(texts->begin(), texts->end(), [&](const Text& text) { return text.name == path; });
  if (found == texts->end())
    found = texts->insert(texts->begin() + static_cast<std::ptrdiff_t>(catalog::built_in().size()), {path, ""});
  auto rows = catalog::merged_rows(*found, fresh);
  if (!rows) return rows.error();
  found->rows = std::move(*rows);
  auto after = Catalog::read(*texts);
  if (!after) return after.error();
  return CatalogChange{std::move(*before), std::move(*after), *found};
}

Result<void> write_import(const std::string& data_dir, const CatalogChange& change) {
  if (auto made = make_directory(folder_of(data_dir)); !made) return made;
  return replace_file(change.imported.name, change.imported.rows);
}

}  // namespace headgate::app
