#include "names.hpp"

#include <algorithm>
#include <utility>

#include "headgate/core/nearest.hpp"

namespace headgate::routing {
namespace {

constexpr std::string_view pool_prefix = "pool:", auto_prefix = "auto:";
constexpr std::pair<std::string_view, Sort> suffixes[] = {{":floor", Sort::price}, {":nitro", Sort::throughput}};

struct Suffixed {
  std::string_view base, suffix;
  std::optional<Sort> sort;
};

Suffixed split(std::string_view name) {
  for (const auto& [suffix, sort] : suffixes)
    if (name.ends_with(suffix)) return {name.substr(0, name.size() - suffix.size()), suffix, sort};
  return {name, {}, {}};
}

}  // namespace

Names::Names(const Settings& settings) {
  for (std::size_t i = 0; i < settings.models.size(); ++i) models_.emplace(settings.models[i].name, i);
  for (std::size_t i = 0; i < settings.pools.size(); ++i) pools_.emplace(settings.pools[i].name, i);
}

std::optional<std::size_t> Names::find(const Index& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? std::nullopt : std::optional(found->second);
}

std::optional<Asked> Names::read_base(std::string_view name) const {
  Asked asked;
  asked.base = name;
  if (name == "auto") return asked;
  if (name.starts_with(auto_prefix)) {
    asked.capability = core::capability_named(name.substr(auto_prefix.size()));
    return asked.capability ? std::optional(asked) : std::nullopt;
  }
  const bool is_pool = name.starts_with(pool_prefix);
  const auto index = is_pool ? pool(name.substr(pool_prefix.size())) : model(name);
  if (!index) return std::nullopt;
  asked.what = is_pool ? Asked::What::pool : Asked::What::model;
  asked.index = *index;
  return asked;
}

// A configured name may itself end like a suffix, so the whole name comes first.
std::optional<Asked> Names::read(std::string_view name) const {
  if (auto asked = read_base(name)) return asked;
  const auto parts = split(name);
  if (!parts.sort) return std::nullopt;
  auto asked = read_base(parts.base);
  if (asked) asked->sort = parts.sort;
  return asked;
}

core::Error unknown_name(std::string_view name, const Settings& settings) {
  const auto parts = split(name);
  std::vector<std::string> known;
  if (std::any_of(settings.pools.begin(), settings.pools.end(),
                  [](const Pool& pool) { return pool.name == "default"; }))
    known.emplace_back("auto");
  for (const auto& model : settings.models) known.push_back(model.name);
  for (const auto& pool : settings.pools) known.push_back(std::string(pool_prefix) + pool.name);
  if (name.starts_with(auto_prefix))
    for (const auto capability : core::capability_names)
      known.push_back(std::string(auto_prefix) + std::string(capability));
  const auto closest = core::nearest(parts.base, known);
  const auto guess = closest.empty() ? std::string() : " Did you mean `" + closest + std::string(parts.suffix) + "`?";
  return core::Error(core::Code::model_not_found, "The model `" + std::string(name) + "` is not configured here." +
                                                      guess + " GET /v1/models lists what you may use.")
      .with_param("model");
}

}  // namespace headgate::routing
