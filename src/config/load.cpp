#include "headgate/config/load.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>

#include "builder.hpp"
#include "checker.hpp"
#include "document.hpp"
#include "embedded.hpp"
#include "headgate/config/schema.hpp"
#include "headgate/providers/vendor.hpp"
#include "reader.hpp"
#include "secrets.hpp"

namespace headgate::config {
namespace {

LoadResult settle(const Node& document, const Environment& environment, Report report) {
  const auto schema_tree = nlohmann::ordered_json::parse(schema());
  Checker(schema_tree, document, report).run();
  Settings settings = Builder(document, environment, report).build();
  LoadResult result;
  if (!report.has_errors()) result.settings = std::move(settings);
  result.diagnostics = std::move(report).finish();
  return result;
}

// A file of ours: only a bug makes it fail.
Settings settle_embedded(const Node& document, const Environment& environment) {
  auto result = settle(document, environment, Report("built in", {}));
  if (!result.settings) throw std::logic_error(to_text(result.diagnostics));
  return *std::move(result.settings);
}

Node parse_embedded(std::string_view text) {
  Report report("built in", text);
  return parse_document(text, report).value();
}

void keep_entries(Node& document, std::string_view section, const std::function<bool(const Entry&)>& wanted) {
  const auto found = std::find_if(document.entries.begin(), document.entries.end(),
                                  [&](const Entry& entry) { return entry.key == section; });
  if (found == document.entries.end()) return;
  std::erase_if(found->value.entries, [&](const Entry& entry) { return !wanted(entry); });
}

std::set<std::string> keys(const Node& document, std::string_view section) {
  std::set<std::string> names;
  for (const Entry& entry : entries(document.find(section))) names.insert(entry.key);
  return names;
}

// Leaves the providers whose key is in the environment, and what hangs on them.
void keep_usable(Node& document, const Environment& environment) {
  keep_entries(document, "providers", [&](const Entry& entry) {
    const auto* vendor = providers::find_vendor(entry.value.find("type")->text);
    return vendor && !vendor->key_env.empty() && has_key(std::string(vendor->key_env), environment);
  });
  const auto accounts = keys(document, "providers");
  keep_entries(document, "models",
               [&](const Entry& entry) { return accounts.contains(entry.value.find("provider")->text); });
  const auto models = keys(document, "models");
  for (Entry& section : document.entries) {
    if (section.key != "pools") continue;
    for (Entry& pool : section.value.entries)
      std::erase_if(pool.value.items, [&](const Node& item) { return !models.contains(item.text); });
    std::erase_if(section.value.entries, [](const Entry& pool) { return pool.value.items.empty(); });
  }
}

}  // namespace

LoadResult load(std::string_view text, const std::string& file_name, const Environment& environment) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  Report report(file_name, text);
  auto document = parse_document(text, report);
  if (!document) return {{}, std::move(report).finish()};
  if (document->kind == Node::Kind::null) document->kind = Node::Kind::map;  // an empty file
  return settle(*document, environment, std::move(report));
}

LoadResult load_file(const std::string& path, const Environment& environment) {
  const FileRead file =
      environment.read_file ? environment.read_file(path, largest_file) : FileRead{{}, "no such file"};
  if (file.text) return load(*file.text, path, environment);
  Report report(path, {});
  report.error({"HG-1010", file.error}, {});
  return {{}, std::move(report).finish()};
}

Settings defaults(const Environment& environment) {
  Node starter = parse_embedded(embedded::starter());
  keep_usable(starter, environment);
  const bool any = !keys(starter, "providers").empty();
  return settle_embedded(any ? starter : parse_embedded(embedded::simulated()), environment);
}

Settings demo(const Environment& environment) { return settle_embedded(parse_embedded(embedded::demo()), environment); }

std::string_view schema() { return embedded::schema(); }

}  // namespace headgate::config
