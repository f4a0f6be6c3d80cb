#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "catalog_alarms.hpp"
#include "catalog_files.hpp"
#include "catalog_tables.hpp"
#include "compose.hpp"
#include "daemon.hpp"
#include "files.hpp"
#include "headgate/catalog/row.hpp"
#include "headgate/core/nearest.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

using catalog::Catalog;
using catalog::Entry;
using core::Code;
using core::Error;
using core::Result;

// What the verbs' options say.
struct Asked {
  std::string model;
  std::vector<std::string> files;
  std::string vendor;
  std::string as_of;
  std::string format;
  std::optional<int> max_age_days;
  bool yes = false;
  bool force = false;
  bool rows = false;
  bool all = false;
  bool strict = false;
  bool json = false;
};

int refuse(const std::string& why) {
  std::fprintf(stderr, "headgate: %s\n", why.c_str());
  return 2;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }
void print_json(const OrderedJson& json) { print(json.dump() + "\n"); }

// By `model` at any vendor, or by `vendor/model`.
std::vector<const Entry*> entries_named(const Catalog& known, const std::string& name) {
  std::vector<const Entry*> found;
  std::string vendor;
  for (const auto& entry : known.entries()) {
    if (entry.vendor == vendor) continue;
    vendor = entry.vendor;
    const auto* plain = known.find(vendor, name);
    const bool says_vendor = name.starts_with(vendor + "/");
    const auto* exact = says_vendor ? known.find(vendor, std::string_view(name).substr(vendor.size() + 1)) : nullptr;
    for (const auto* one : {plain, exact})
      if (one != nullptr) found.push_back(one);
  }
  return found;
}

int show(const config::Settings& settings, const Asked& asked) {
  const auto known = read_catalog(settings.data_dir);
  if (!known) return refuse(known.error().message());
  std::vector<const Entry*> entries;
  std::vector<std::string> names;
  for (const auto& entry : known->entries()) {
    entries.push_back(&entry);
    names.push_back(entry.model);
  }
  if (!asked.model.empty()) entries = entries_named(*known, asked.model);
  if (entries.empty()) {
    const auto closest = core::nearest(asked.model, names);
    return refuse("the catalog has no model " + asked.model +
                  (closest.empty() ? "" : "; did you mean " + closest + "?"));
  }
  if (asked.json)
    print_json(entries_json(entries));
  else if (asked.model.empty())
    print(entries_table(entries));
  else
    for (const auto* entry : entries) print(entry_text(*entry));
  return 0;
}

Result<catalog::Import> read_list(const std::string& path, const Asked& asked) {
  auto text = read_file(path, catalog::max_import, false);
  if (!text) return text.error();
  if (!*text) return Error(Code::internal_error, "there is no file " + path);
  catalog::ImportSettings settings{catalog::format_named(asked.format), catalog::day_from(asked.as_of), asked.vendor};
  if (!asked.as_of.empty() && !settings.as_of)
    return Error(Code::internal_error, "--as-of takes a day such as 2026-08-06");
  // Lists do not say when they were made, but their files do.
  struct stat about {};
  if (!settings.as_of && ::stat(path.c_str(), &about) == 0)
    settings.as_of = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::from_time_t(about.st_mtime));
  if (settings.vendor.empty()) settings.vendor = std::filesystem::path(path).stem();
  auto list = catalog::import(**text, settings);
  if (!list) return Error(Code::internal_error, path + ": " + list.error().message());
  return list;
}

std::string rows_of(const catalog::Import& list) {
  std::string rows;
  for (const auto& entry : list.entries) rows += catalog::to_row(entry) + "\n";
  return rows;
}

int report_import(const catalog::Import& list, const CatalogChange& change, const Asked& asked) {
  const auto differences = catalog::diff(change.before, change.after);
  if (asked.json) {
    print_json({{"source", list.source},
                {"models", list.entries.size()},
                {"written", asked.yes ? OrderedJson(change.imported.name) : OrderedJson(nullptr)},
                {"differences", differences_json(differences)},
                {"skipped", skipped_json(list.skipped)}});
    return 0;
  }
  print(differences_table(differences));
  print(skipped_text(list.skipped));
  print(std::to_string(list.entries.size()) + " models of " + list.source + ", " + std::to_string(differences.size()) +
        " differences; " +
        (asked.yes ? "written to " + change.imported.name : "nothing written: add --yes to take them over") + "\n");
  return 0;
}

int import_list(const config::Settings& settings, const Asked& asked) {
  const auto list = read_list(asked.files.front(), asked);
  if (!list) return refuse(list.error().message());
  if (asked.rows) {
    print(rows_of(*list));
    return 0;
  }
  std::optional<FileLock> lock;  // nobody else writes between what is compared and what is written
  if (asked.yes) {
    if (auto made = make_directory(settings.data_dir); !made) return refuse(made.error().message());
    auto taken = FileLock::take(settings.data_dir + "/catalog.lock");
    if (!taken) return refuse(taken.error().message());
    lock.emplace(std::move(*taken));
  }
  const auto change = plan_import(settings.data_dir, *list);
  if (!change) return refuse(change.error().message());
  const auto prices = catalog::count_prices(change->before, *list);
  if (prices.shrinks_by_half() && !asked.force)
    return refuse("the list has " + std::to_string(prices.after) + " prices where " + std::to_string(prices.before) +
                  " were known from " + list->source + "; it may be damaged. --force takes it anyway");
  if (asked.yes)
    if (auto written = write_import(settings.data_dir, *change); !written) return refuse(written.error().message());
  return report_import(*list, *change, asked);
}

Result<Catalog> catalog_of(const catalog::Import& list) {
  const catalog::Text text{"the list", rows_of(list)};
  return Catalog::read({&text, 1});
}

Result<Catalog> read_list_as_catalog(const std::string& path, const Asked& asked) {
  const auto list = read_list(path, asked);
  if (!list) return list.error();
  return catalog_of(*list);
}

int diff(const config::Settings& settings, const Asked& asked) {
  const bool two = asked.files.size() == 2;
  const auto before = two ? read_list_as_catalog(asked.files[0], asked) : read_catalog(settings.data_dir);
  if (!before) return refuse(before.error().message());
  const auto after = read_list_as_catalog(asked.files.back(), asked);
  if (!after) return refuse(after.error().message());
  const auto differences = asked.all ? catalog::diff(*before, *after) : catalog::disagreements(*before, *after);
  if (asked.json)
    print_json(differences_json(differences));
  else
    print(differences.empty() ? std::string("no disagreements\n") : differences_table(differences));
  return asked.strict && !differences.empty() ? 1 : 0;
}

std::vector<catalog::Alarm> alarms_of_configured(const config::Settings& settings, const Catalog& known,
                                                 core::WallTime now, const catalog::AgeSettings& limits) {
  std::vector<catalog::Alarm> found;
  for (auto& one : alarms_of_used(with_facts(settings.routing.models, known), limits, now))
    found.push_back(std::move(one.alarm));
  return found;
}

int age(const config::Settings& settings, const Asked& asked) {
  const auto known = read_catalog(settings.data_dir);
  if (!known) return refuse(known.error().message());
  const auto now = std::chrono::system_clock::now();
  const auto limits =
      asked.max_age_days ? catalog::AgeSettings{std::chrono::days(*asked.max_age_days)} : settings.catalog;
  const auto alarms =
      asked.all ? catalog::age(*known, now, limits) : alarms_of_configured(settings, *known, now, limits);
  if (asked.json)
    print_json(alarms_json(alarms));
  else if (alarms.empty())
    print(asked.all ? "nothing to complain about\n" : "nothing to complain about in the configured models\n");
  else
    print(alarms_table(alarms));
  return asked.strict && !alarms.empty() ? 1 : 0;
}

using Act = int (*)(const config::Settings&, const Asked&);

void act(CLI::App* verb, Invocation& invocation, const std::shared_ptr<Asked>& asked, Act act) {
  verb->callback([&invocation, asked, act] {
    invocation.action = [&invocation, asked, act] {
      asked->json = invocation.json;
      const auto settings = settings_for(config_path_or_default(invocation.config));
      return settings ? act(*settings, *asked) : 2;
    };
  });
}

void add_list_options(CLI::App* verb, const std::shared_ptr<Asked>& asked) {
  const std::vector<std::string> formats(catalog::format_names.begin(), catalog::format_names.end());
  verb->add_option("--format", asked->format, "How the list is written (default: known by its shape)")
      ->check(CLI::IsMember(formats));
  verb->add_option("--vendor", asked->vendor,
                   "Whose prices they are, if the list does not say (default: its file name)");
  verb->add_option("--as-of", asked->as_of, "The day of the list (default: that of its file)");
}

}  // namespace

void add_catalog(CLI::App& app, Invocation& invocation) {
  auto* all = app.add_subcommand("catalog", "Prices, limits and abilities of models: show, import, diff, age");
  all->require_subcommand(1);
  const auto asked = std::make_shared<Asked>();

  auto* showing = add_verb(*all, invocation, "show", "Show what is known of all models, or of one");
  showing->add_option("model", asked->model, "MODEL or VENDOR/MODEL");
  act(showing, invocation, asked, show);

  auto* importing = add_verb(*all, invocation, "import", "Take prices and limits over from another list");
  importing->add_option("file", asked->files, "The list")->required()->expected(1);
  importing->add_flag("--yes", asked->yes, "Write; without it only the differences are shown");
  importing->add_flag("--force", asked->force, "Even if more than half of the prices would be gone");
  importing->add_flag("--rows", asked->rows, "Only print the list as rows of a catalog");
  add_list_options(importing, asked);
  act(importing, invocation, asked, import_list);

  auto* comparing = add_verb(*all, invocation, "diff", "Where a list contradicts the catalog, or another list");
  comparing->add_option("files", asked->files, "One list, or two")->required()->expected(1, 2);
  comparing->add_flag("--all", asked->all, "Also what only one of them knows");
  comparing->add_flag("--strict", asked->strict, "Exit code 1 if there is a difference");
  add_list_options(comparing, asked);
  act(comparing, invocation, asked, diff);

  auto* aging = add_verb(*all, invocation, "age", "Prices of configured models that are old, unknown or contested");
  aging->add_flag("--all", asked->all, "Of all models");
  aging->add_option("--max-age", asked->max_age_days, "Days that a price may be old (default: catalog.max_price_age)")
      ->check(CLI::Range(1, 3650));
  aging->add_flag("--strict", asked->strict, "Exit code 1 if there is anything");
  act(aging, invocation, asked, age);
}

}  // namespace headgate::app
