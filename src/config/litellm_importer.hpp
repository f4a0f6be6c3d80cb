// Turns a LiteLLM document into a draft of ours, and reports every key of it that is not in there.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "document.hpp"
#include "litellm_draft.hpp"
#include "report.hpp"

namespace headgate::config::litellm {

// A deployment's parameters: its own, then those of the credential it names.
struct Params {
  const Node* own = nullptr;
  const Node* shared = nullptr;

  const Node* find(std::string_view key) const;
};

// Where a deployment's requests go.
struct Target {
  std::string prefix;
  std::string upstream;
  const Node* name = nullptr;  // `model_name`
  const Node* said = nullptr;  // `model`
};

struct Deployment {
  Model model;
  double order = 0;
  std::string id;
  bool embeds = false;
  const Node* budget = nullptr;
  const Node* budget_duration = nullptr;
};

// The deployments behind one name, as clients know it.
struct Group {
  std::string name;
  Mark mark;
  std::vector<Deployment> deployments;
};

class Importer {
 public:
  Importer(const Node& document, Report& report);

  // Complete only when the report holds no error.
  Draft draft();

 private:
  // litellm_models.cpp
  void read_deployments(const Node& list);
  void read_deployment(const Node& item);
  bool is_servable(const Node& name, const Node& model, const Node* info);
  void take_order(Deployment& deployment, const Node* node);
  void take_price(Deployment& deployment, const Params& params, const Node* info);
  void take_limits(Model& model, const Node* info);
  Params params_of(const Node& own);
  void add(const Node& name, Deployment deployment);
  void name_models();
  void read_aliases();
  void read_alias(const Entry& entry);

  // litellm_accounts.cpp
  static Target split_target(const Params& params, const Node& name);
  std::optional<Target> target_of(const Params& params, const Node& name);
  std::optional<std::size_t> account_of(const Params& params, const Target& target);
  bool take_address(Account& account, const Params& params, const Target& target);
  void take_organization(Account& account, const Params& params);
  void take_timeout(Account& account, const Params& params);
  std::string account_name(const Account& account);

  // litellm_keys.cpp
  const Node* take_key(Account& account, const Params& params);
  void name_keys();
  void note_variables(const Node& node);

  // litellm_fallbacks.cpp
  using Edges = std::map<std::string, std::vector<const Node*>>;
  Edges read_edges(const Node* list, std::string_view what);
  void read_edge(Edges& edges, const Entry& entry, std::string_view what);
  std::vector<std::string> served_by(const std::string& name) const;
  using Fallbacks = std::map<std::string, std::vector<std::string>>;
  std::vector<std::string> models_of(std::span<const Node* const> targets) const;
  Fallbacks read_fallbacks();
  std::vector<std::string> order_for(const std::string& name, const Fallbacks& fallbacks) const;
  void build_pools();
  void build_failover();
  void check_context_fallbacks();
  std::string pool_name(std::string_view model);

  // litellm_budgets.cpp
  void build_budgets();
  void add_budget(Budget budget, const Node* limit, const Node* duration, const Node& said);
  void add_provider_budget(const Entry& entry);

  // litellm_left_out.cpp
  void hide_credentials(const Node& node, bool inside);
  void list_blocks();
  void list_settings(std::string_view block, const Node& settings);
  void list_item(const Node& item);
  void list_params(const Node& params);
  void list(const Entry& entry);

  // A setting of the router, which may also stand under litellm_settings.
  const Node* setting(std::string_view key);
  void leave_out(const Node& where, std::string message, std::string hint = {});
  void leave_out(const Entry& entry, std::string message, std::string hint = {});
  void leave_out_deployment(const Node& name, const Node& where, const std::string& why, std::string hint = {});
  void note(const Node& where, std::string message, std::string hint = {});

  const Node& document_;
  Report& report_;
  const Node* router_;
  const Node* litellm_;
  const Node* general_;
  Draft draft_;

  std::vector<Group> groups_;
  std::map<std::string, std::size_t> group_index_;
  std::vector<std::string> names_;                          // that clients know, in the order of the file
  std::map<std::string, std::vector<std::string>> served_;  // name -> models, first to last
  std::map<std::string, std::string> ids_;                  // model_info.id -> model
  std::map<std::string, std::string> aliases_;              // alias -> name of a group
  std::set<std::string> taken_;                             // names of models

  std::map<std::string, std::size_t> account_index_;  // by all that tells them apart
  std::set<std::string> account_names_;
  std::map<std::string, std::size_t> account_numbers_;  // the last one given to a name
  std::optional<std::string> default_timeout_;
  struct Literal {
    std::size_t account;
    const Node* node;
  };
  std::vector<Literal> literals_;
  std::set<std::string> variables_;  // of the environment, that the file names

  Mark first_budget_;
  std::map<std::string, std::vector<std::string>> orders_;  // name -> models that may answer
  std::set<std::string> pool_names_;
  std::map<std::string, std::size_t> pool_numbers_;
};

// `os.environ/NAME` -> NAME.
std::optional<std::string> variable_of(const Node& node);

}  // namespace headgate::config::litellm
