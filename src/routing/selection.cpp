#include "selection.hpp"

#include <algorithm>

namespace headgate::routing {
namespace {

using What = Asked::What;

class Selector {
 public:
  explicit Selector(const Question& question) : question_(question), table_(question.table) {}

  core::Result<Selection> run() && {
    if (auto added = add(question_.asked, question_.profile.model); !added) return added.error();
    for (const auto& name : question_.profile.fallbacks) {
      ++group_;
      const auto asked = table_.names.read(name);
      if (!asked) return unknown_name(name, table_.settings);
      if (auto added = add(*asked, name); !added) return added.error();
    }
    if (takes_equivalents()) add_equivalents();
    return std::move(selection_);
  }

 private:
  core::Result<void> add(const Asked& asked, std::string_view name) {
    sort_ = question_.profile.hints.sort ? question_.profile.hints.sort : asked.sort;
    if (asked.what == What::model) {
      add_model(asked.index, table_.place_of(asked.index));
      return {};
    }
    const auto pool = pool_of(asked, table_, question_.consequence, question_.capability);
    if (!pool) return unknown_name(name, table_.settings);
    add_pool(*pool);
    return {};
  }

  bool takes_equivalents() const {
    return question_.asked.what == What::model && question_.profile.fallbacks.empty() &&
           table_.settings.failover.named_models == NamedModels::equivalents && question_.profile.hints.allow_fallbacks;
  }

  void add_equivalents() {
    ++group_;
    if (question_.consequence && question_.consequence->pool) return add_pool(*question_.consequence->pool);
    for (const auto& place : table_.places[question_.asked.index]) add_pool(place.pool);
  }

  void add_pool(std::size_t pool) {
    if (!selection_.pool) selection_.pool = pool;
    const auto& models = table_.pools[pool].models;
    selection_.contenders.reserve(selection_.contenders.size() + models.size());
    const auto before = selection_.contenders.size();
    for (std::size_t rank = 0; rank < models.size(); ++rank)
      if (!is_among(models[rank], before)) append(models[rank], Place{pool, rank});
  }

  void add_model(ModelIndex model, std::optional<Place> place) {
    if (!is_among(model, selection_.contenders.size())) append(model, place);
  }

  bool is_among(ModelIndex model, std::size_t first) const {
    const auto end = selection_.contenders.begin() + static_cast<std::ptrdiff_t>(first);
    return std::any_of(selection_.contenders.begin(), end,
                       [=](const Contender& contender) { return contender.candidate.model == model; });
  }

  void append(ModelIndex model, std::optional<Place> place) {
    auto& contender = selection_.contenders.emplace_back();
    contender.candidate.model = model;
    contender.place = place;
    contender.group = group_;
    contender.sort = sort_;
  }

  const Question& question_;
  const Table& table_;
  Selection selection_;
  unsigned group_ = 0;
  std::optional<Sort> sort_;
};

}  // namespace

std::optional<std::size_t> pool_of(const Asked& asked, const Table& table, const Consequence* consequence,
                                   std::optional<core::Capability> capability) {
  if (asked.what == What::pool) return asked.index;
  if (consequence && consequence->pool) return consequence->pool;
  return table.pool_for(asked.capability ? asked.capability : capability);
}

core::Result<Selection> select(const Question& question) { return Selector(question).run(); }

}  // namespace headgate::routing
