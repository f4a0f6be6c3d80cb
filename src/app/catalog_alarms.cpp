#include "catalog_alarms.hpp"

#include <algorithm>
#include <array>

namespace headgate::app {
namespace {

constexpr std::chrono::hours between_tellings{24};
constexpr std::size_t most_names = 20;

struct Wording {
  std::string_view what, way_out;
};
// By catalog::Concern.
constexpr std::array<Wording, catalog::concern_names.size()> wordings{{
    {"nobody says what these models cost",
     "state `price` under each, or import a list that has them: headgate catalog import FILE"},
    {"the prices of these models are old", "import a newer list, or state `price` under each"},
    {"these models are past their deprecation date", "move to other models"},
    {"lists disagree about the prices of these models",
     "see headgate catalog age; state `price` under each, or import newer lists"},
}};

std::string names_of(const std::vector<const UsedAlarm*>& alarms) {
  std::string names;
  for (std::size_t i = 0; i < std::min(alarms.size(), most_names); ++i)
    names += (names.empty() ? "" : ", ") + alarms[i]->name;
  if (alarms.size() > most_names) names += " and " + std::to_string(alarms.size() - most_names) + " more";
  return names;
}

// Each model once: a list may contradict another one in more than one way.
std::vector<const UsedAlarm*> of_concern(catalog::Concern concern, const std::vector<UsedAlarm>& alarms) {
  std::vector<const UsedAlarm*> found;
  for (const auto& one : alarms)
    if (one.alarm.concern == concern && (found.empty() || found.back()->name != one.name)) found.push_back(&one);
  return found;
}

}  // namespace

std::vector<UsedAlarm> alarms_of_used(const std::vector<routing::Model>& models, const catalog::AgeSettings& settings,
                                      core::WallTime now) {
  std::vector<UsedAlarm> found;
  for (const auto& model : models) {
    if (model.facts.vendor == "simulated") continue;
    for (auto& alarm : catalog::alarms(model.facts, now, settings)) found.push_back({model.name, std::move(alarm)});
  }
  return found;
}

CatalogAlarms::CatalogAlarms(Warn warn, metrics::Registry& registry) : warn_(std::move(warn)), registry_(registry) {}

void CatalogAlarms::tell(const std::vector<routing::Model>& models, const catalog::AgeSettings& settings,
                         core::WallTime now) {
  told_ = now;
  const auto alarms = alarms_of_used(models, settings, now);
  for (std::size_t i = 0; i < wordings.size(); ++i) {
    const auto found = of_concern(static_cast<catalog::Concern>(i), alarms);
    const std::string kind(catalog::concern_names[i]);
    registry_
        .gauge("headgate_catalog_alarms", "Models in use about whose price there is this concern.", {{"kind", kind}})
        .set(static_cast<double>(found.size()));
    if (!found.empty())
      warn_(wordings[i].what,
            {{"kind", kind}, {"models", names_of(found)}, {"way_out", std::string(wordings[i].way_out)}});
  }
}

void CatalogAlarms::look(const std::vector<routing::Model>& models, const catalog::AgeSettings& settings,
                         core::WallTime now) {
  // A wall clock may be set back.
  if (told_ && now >= *told_ && now - *told_ < between_tellings) return;
  tell(models, settings, now);
}

}  // namespace headgate::app
