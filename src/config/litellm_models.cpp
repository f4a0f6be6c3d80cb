#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "litellm_importer.hpp"
#include "litellm_numbers.hpp"
#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config::litellm {
namespace {

constexpr std::size_t longest_name = 120;  // leaves room for a number

const Node* present(const Node* node) { return node && node->kind != Node::Kind::null ? node : nullptr; }

bool is_name(const Node& node) {
  return node.is_scalar() && node.text.size() <= longest_name && !check_kind("model_name", node.text) &&
         !is_reserved_model_name(node.text);
}

bool has_star(const Node& node) { return node.text.find('*') != std::string::npos; }

}  // namespace

const Node* Params::find(std::string_view key) const {
  const Node* found = present(child(own, key));
  return found ? found : present(child(shared, key));
}

void Importer::read_deployments(const Node& list) {
  for (const Node& item : list.items) read_deployment(item);
  for (Group& group : groups_) {
    std::stable_sort(group.deployments.begin(), group.deployments.end(),
                     [](const Deployment& a, const Deployment& b) { return a.order < b.order; });
  }
}

void Importer::read_deployment(const Node& item) {
  const Node* name = child(&item, "model_name");
  const Node* own = child(&item, "litellm_params");
  const Node* info = child(&item, "model_info");
  if (!name || !name->is_scalar() || !own || !own->is_map())
    return leave_out(item, "an entry without `model_name` and `litellm_params` is left out");
  const Params params = params_of(*own);
  if (const Node* credential = child(own, "litellm_credential_name"); credential && !params.shared)
    return leave_out_deployment(*name, *credential, "its credential is not in this file", "add it, or write `api_key`");
  const Node* model = params.find("model");
  if (!model || !model->is_scalar()) return leave_out_deployment(*name, *own, "it has no `model`");
  if (!is_servable(*name, *model, info)) return;
  const auto target = target_of(params, *name);
  if (!target) return;
  const auto account = account_of(params, *target);
  if (!account) return;
  Deployment deployment;
  deployment.model.account = *account;
  deployment.model.upstream = target->upstream;
  take_order(deployment, params.find("order"));
  const Node* mode = child(info, "mode");
  deployment.embeds = mode && mode->text == "embedding";
  take_text(info, "id", deployment.id);
  take_price(deployment, params, info);
  take_limits(deployment.model, info);
  deployment.budget = params.find("max_budget");
  deployment.budget_duration = params.find("budget_duration");
  list_item(item);
  add(*name, std::move(deployment));
}

bool Importer::is_servable(const Node& name, const Node& model, const Node* info) {
  static constexpr std::array<std::string_view, 4> modes{"chat", "completion", "embedding", "responses"};
  const auto refuse = [&](const Node& where, const std::string& why, std::string hint) {
    leave_out_deployment(name, where, why, std::move(hint));
    return false;
  };
  if (has_star(name) || has_star(model))
    return refuse(name, "models are listed one by one here", "add an entry for each model that clients use");
  if (!is_name(name))
    return refuse(name, "this cannot be a model's name here",
                  "printable ASCII without spaces; `auto`, `pool:...`, `...:floor` and `...:nitro` are taken");
  const Node* mode = present(child(info, "mode"));
  if (mode && std::find(modes.begin(), modes.end(), mode->text) == modes.end())
    return refuse(*mode, "its mode " + quote(mode->text) + " is not served here",
                  "chat, completions and embeddings are");
  return true;
}

Params Importer::params_of(const Node& own) {
  Params params{&own, nullptr};
  const Node* wanted = params.find("litellm_credential_name");
  const Node* list = document_.find("credential_list");
  if (!wanted || !list) return params;
  for (const Node& item : list->items) {
    const Node* name = child(&item, "credential_name");
    if (name && name->is_scalar() && name->text == wanted->text) params.shared = child(&item, "credential_values");
  }
  return params;
}

void Importer::take_order(Deployment& deployment, const Node* node) {
  if (!node) return;
  const auto order = decimal(*node, 0);
  if (!order) return leave_out(*node, "`order` is left out: it is no number");
  std::from_chars(order->data(), order->data() + order->size(), deployment.order);
}

void Importer::take_price(Deployment& deployment, const Params& params, const Node* info) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> prices{
      {{"input_cost_per_token", "input"},
       {"output_cost_per_token", "output"},
       {"cache_read_input_token_cost", "cache_read"},
       {"cache_creation_input_token_cost", "cache_write"}}};
  constexpr double most_dollars = 1e6;  // for a million tokens: more than a dollar a token is a slip
  auto& price = deployment.model.price;
  std::vector<std::pair<const Node*, std::string_view>> zeros;
  const Node* last = nullptr;
  for (const auto& [theirs, ours] : prices) {
    const Node* node = params.find(theirs);
    if (!node) node = present(child(info, theirs));
    if (!node) continue;
    if (auto amount = dollars(*node, 6); amount && std::strtod(amount->c_str(), nullptr) <= most_dollars) {
      if (*amount == "0") zeros.emplace_back(node, theirs);
      if (*amount != "0") last = node;
      price.emplace_back(ours, *std::move(amount));
    } else {
      leave_out(*node, quote(theirs) + " is left out: it is no price that can be carried over exactly");
    }
  }
  if (!last) return;  // nothing is said, or that nothing is charged
  std::erase_if(price, [](const auto& rate) { return rate.second == "0"; });
  for (const auto& [node, theirs] : zeros)
    leave_out(*node, quote(theirs) + " is left out: here a price of 0 beside others is none");
  if (price.front().first == "input") return;
  price.clear();
  leave_out(*last,
            "the model's price is left out: without one of its input it says nothing about the cost of a request");
}

void Importer::take_limits(Model& model, const Node* info) {
  const auto take = [&](std::string_view key, std::string& value) {
    const Node* node = present(child(info, key));
    if (!node) return;
    if (auto limit = count(*node)) {
      value = *std::move(limit);
    } else {
      leave_out(*node, quote(key) + " is left out: it is no number of tokens");
    }
  };
  take("max_input_tokens", model.context_window);
  take("max_output_tokens", model.max_output);
}

void Importer::add(const Node& name, Deployment deployment) {
  const auto [known, fresh] = group_index_.emplace(name.text, groups_.size());
  if (fresh) groups_.push_back({name.text, name.mark, {}});
  groups_[known->second].deployments.push_back(std::move(deployment));
}

// The first deployment keeps the name that clients use; the others get a number.
void Importer::name_models() {
  for (const Group& group : groups_) taken_.insert(group.name);
  for (Group& group : groups_) {
    names_.push_back(group.name);
    std::size_t number = 1;
    for (Deployment& deployment : group.deployments) {
      Model& model = deployment.model;
      model.name = group.name;
      while (number > 1 && !taken_.insert(model.name = group.name + "-" + std::to_string(number)).second) ++number;
      ++number;
      served_[group.name].push_back(model.name);
      if (!deployment.id.empty()) ids_.emplace(deployment.id, model.name);
      if (draft_.default_model.empty() && !deployment.embeds) draft_.default_model = model.name;
      draft_.models.push_back(model);
    }
    if (group.deployments.size() < 2) continue;
    report_.note({"HG-1604",
                  quote(group.name) + " has " + std::to_string(group.deployments.size()) +
                      " deployments: the first answers, the others take over",
                  {},
                  "to have requests spread, let clients ask for its pool"},
                 group.mark, group.name.size());
  }
  if (draft_.default_model.empty() && !draft_.models.empty()) draft_.default_model = draft_.models[0].name;
}

void Importer::read_aliases() {
  const Node* aliases = setting("model_group_alias");
  for (const Entry& entry : entries(aliases)) read_alias(entry);
}

// Another name for a group: its first deployment once more, and the rest of the group behind it.
void Importer::read_alias(const Entry& entry) {
  const Node* target = entry.value.is_map() ? child(&entry.value, "model") : &entry.value;
  const auto group = target && target->is_scalar() ? group_index_.find(target->text) : group_index_.end();
  if (group == group_index_.end())
    return leave_out(entry, "alias " + quote(entry.key) + " is left out: what it stands for is not carried over");
  Node name;
  name.kind = Node::Kind::scalar;
  name.text = entry.key;
  if (!is_name(name)) return leave_out(entry, "alias " + quote(entry.key) + " is left out: it cannot be a name here");
  if (!taken_.insert(entry.key).second)
    return leave_out(entry, "alias " + quote(entry.key) + " is left out: a model has this name");
  const auto& deployments = groups_[group->second].deployments;
  Model model = deployments[0].model;
  model.name = entry.key;
  draft_.models.push_back(std::move(model));
  names_.push_back(entry.key);
  auto models = served_[target->text];
  models[0] = entry.key;
  served_[entry.key] = std::move(models);
  aliases_[entry.key] = target->text;
  if (deployments[0].budget)
    leave_out(entry, "the budget of " + quote(target->text) + " does not count what is asked of " + quote(entry.key),
              "add one for it");
}

}  // namespace headgate::config::litellm
