#include <algorithm>

#include "headgate/core/capability.hpp"
#include "litellm_importer.hpp"
#include "litellm_numbers.hpp"
#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config::litellm {
namespace {

constexpr std::size_t longest_order = 100;  // as many attempts as a request may have
constexpr std::string_view any_name = "*";

void append(std::vector<std::string>& order, const std::vector<std::string>& models) {
  for (const auto& model : models) {
    if (order.size() < longest_order && std::find(order.begin(), order.end(), model) == order.end())
      order.push_back(model);
  }
}

}  // namespace

// [{NAME: [NAME, ...]}, ...]
Importer::Edges Importer::read_edges(const Node* list, std::string_view what) {
  Edges edges;
  if (!list) return edges;
  if (!list->is_sequence() && list->kind != Node::Kind::null)
    leave_out(*list, quote(what) + " is left out: it is no list of `NAME: [NAME]`");
  for (const Node& item : list->items) {
    if (!item.is_map() || item.entries.empty()) {
      leave_out(item, "a fallback is left out: it is not of the form `NAME: [NAME]`");
      continue;
    }
    read_edge(edges, item.entries.front(), what);
    for (std::size_t i = 1; i < item.entries.size(); ++i)
      leave_out(item.entries[i], "a fallback is left out: LiteLLM reads the first name of an entry only",
                "begin an entry of the list for each name");
  }
  return edges;
}

void Importer::read_edge(Edges& edges, const Entry& entry, std::string_view what) {
  if (entry.key != any_name && !served_.contains(entry.key))
    return leave_out(entry, "fallbacks of " + quote(entry.key) + " are left out: that model is not carried over");
  if (edges.contains(entry.key))
    return leave_out(entry, "fallbacks of " + quote(entry.key) + " are left out: an entry above has them already");
  auto& targets = edges[entry.key];
  if (!entry.value.is_sequence()) return leave_out(entry, quote(what) + " is left out here: no list of names");
  for (const Node& target : entry.value.items) {
    if (target.is_scalar() && !served_by(target.text).empty()) {
      targets.push_back(&target);
    } else {
      leave_out(target, "a fallback of " + quote(entry.key) + " is left out: " +
                            (target.is_scalar() ? quote(target.text) + " is not carried over" : "it is no name"));
    }
  }
}

// By a client's name or by a deployment's id.
std::vector<std::string> Importer::served_by(const std::string& name) const {
  if (const auto found = served_.find(name); found != served_.end()) return found->second;
  const auto id = ids_.find(name);
  return id == ids_.end() ? std::vector<std::string>() : std::vector<std::string>{id->second};
}

std::vector<std::string> Importer::models_of(std::span<const Node* const> targets) const {
  std::vector<std::string> models;
  for (const Node* target : targets) append(models, served_by(target->text));
  return models;
}

// The models behind every name that has fallbacks; those of `*` are for all others.
Importer::Fallbacks Importer::read_fallbacks() {
  Fallbacks fallbacks;
  for (const auto& [name, targets] : read_edges(setting("fallbacks"), "fallbacks"))
    fallbacks[name] = models_of(targets);
  const Node* otherwise = setting("default_fallbacks");
  if (!otherwise) return fallbacks;
  std::vector<const Node*> targets;
  for (const Node& target : otherwise->items) {
    if (served_by(target.text).empty())
      leave_out(target, "a default fallback is left out: " + quote(target.text) + " is not carried over");
    targets.push_back(&target);
  }
  fallbacks.emplace(any_name, models_of(targets));
  return fallbacks;
}

std::vector<std::string> Importer::order_for(const std::string& name, const Fallbacks& fallbacks) const {
  auto order = served_.at(name);
  auto found = fallbacks.find(name);
  if (const auto alias = aliases_.find(name); found == fallbacks.end() && alias != aliases_.end())
    found = fallbacks.find(alias->second);
  if (found == fallbacks.end()) found = fallbacks.find(std::string(any_name));
  if (order.size() > longest_order) order.resize(longest_order);
  if (found != fallbacks.end()) append(order, found->second);
  return order;
}

void Importer::build_pools() {
  const Fallbacks fallbacks = read_fallbacks();
  bool any = false;
  for (const auto& name : names_) {
    orders_[name] = order_for(name, fallbacks);
    any = any || orders_[name].size() > 1;
    if (orders_[name].size() < longest_order) continue;
    report_.warning({"HG-1601", "of all that may answer for " + quote(name) + " only the first 100 are kept"}, {});
  }
  if (!any) return;
  // A pool and a rule for every name: without its own, a model would get those of a pool it is in.
  for (const auto& name : names_) draft_.pools.push_back({pool_name(name), name, orders_[name]});
}

// Letters, digits, dots, dashes and underscores, and nothing that has a meaning.
std::string Importer::pool_name(std::string_view model) {
  constexpr std::size_t longest = 48;
  std::string name(model.substr(0, longest));
  for (char& c : name) {
    const bool legal =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    if (!legal) c = '-';
  }
  if (name[0] == '.' || name[0] == '-') name[0] = '_';
  if (name == "default" || core::capability_named(name)) name += "-models";
  std::string unique = name;
  for (std::size_t& number = pool_numbers_[name]; !pool_names_.insert(unique).second;)
    unique = name + "-" + std::to_string(++number + 1);
  return unique;
}

void Importer::build_failover() {
  std::size_t longest = 1;
  for (const auto& [name, order] : orders_) longest = std::max(longest, order.size());
  constexpr std::size_t ours = 3;
  if (longest > ours) draft_.max_attempts = longest;
  if (const Node* retries = setting("num_retries"))
    note(*retries, "`num_retries` becomes other candidates: every deployment is asked once for a request",
         "`failover.max_attempts` bounds the attempts");
  core::milliseconds slowest{};
  for (const Account& account : draft_.accounts) {
    if (const auto time = parse_duration(account.timeout)) slowest = std::max(slowest, *time);
  }
  // Whoever is last gets the whole timeout too.
  const auto within = slowest * static_cast<int>(longest);
  const auto shown = std::to_string((within.count() + 999) / 1000) + "s";
  if (longest > 1 && within > std::chrono::seconds(60) && parse_duration(shown)) draft_.within = shown;
}

// Ours is one rule for all: a refused length goes to a candidate with a larger window.
void Importer::check_context_fallbacks() {
  const Edges edges = read_edges(setting("context_window_fallbacks"), "context_window_fallbacks");
  for (const auto& [name, targets] : edges) {
    const auto known = orders_.find(name);
    for (const Node* target : targets) {
      const auto models = served_by(target->text);
      const bool asked = known != orders_.end() &&
                         std::find(known->second.begin(), known->second.end(), models.front()) != known->second.end();
      if (asked) {
        note(*target, "for long requests a candidate with a larger window is chosen by what is known of it",
             "`failover.context_overflow: larger` is the default");
      } else {
        leave_out(*target,
                  "a context fallback of " + quote(name) + " is left out: " + quote(target->text) +
                      " would take over after any failure",
                  "add it to the pool of " + quote(name) + " if it may");
      }
    }
  }
}

}  // namespace headgate::config::litellm
