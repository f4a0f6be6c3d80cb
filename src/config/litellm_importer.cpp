#include "litellm_importer.hpp"

#include "litellm_numbers.hpp"
#include "reader.hpp"
#include "text.hpp"

namespace headgate::config::litellm {
namespace {

const Node* block(const Node& document, std::string_view name) {
  const Node* found = document.find(name);
  return found && found->is_map() ? found : nullptr;
}

}  // namespace

Importer::Importer(const Node& document, Report& report)
    : document_(document),
      report_(report),
      router_(block(document, "router_settings")),
      litellm_(block(document, "litellm_settings")),
      general_(block(document, "general_settings")) {}

Draft Importer::draft() {
  hide_credentials(document_, false);
  const Node* list = document_.find("model_list");
  if (!list || !list->is_sequence()) {
    report_.error({"HG-1606", "there is no `model_list`, so this is no configuration of LiteLLM's proxy"},
                  list ? list->mark : Mark{});
    return {};
  }
  note_variables(document_);
  const Node* timeout = child(router_, "timeout") ? child(router_, "timeout") : child(litellm_, "request_timeout");
  default_timeout_ = timeout ? seconds(*timeout) : std::nullopt;
  if (timeout && !default_timeout_) leave_out(*timeout, "a timeout is left out: it is no number of seconds");
  read_deployments(*list);
  if (groups_.empty()) {
    report_.error({"HG-1605", "no model could be carried over", {}, "the reasons are listed"}, list->mark);
    return {};
  }
  name_models();
  name_keys();
  read_aliases();
  build_pools();
  build_failover();
  check_context_fallbacks();
  build_budgets();
  list_blocks();
  const Node* key = child(general_, "master_key");
  draft_.asks_for_keys = key && key->kind != Node::Kind::null;
  return std::move(draft_);
}

const Node* Importer::setting(std::string_view key) {
  const Node* found = child(router_, key);
  return found ? found : child(litellm_, key);
}

void Importer::leave_out(const Node& where, std::string message, std::string hint) {
  report_.warning({"HG-1601", std::move(message), {}, std::move(hint)}, where.mark, where.length());
}

void Importer::leave_out(const Entry& entry, std::string message, std::string hint) {
  report_.warning({"HG-1601", std::move(message), {}, std::move(hint)}, entry.mark, entry.key.size());
}

void Importer::leave_out_deployment(const Node& name, const Node& where, const std::string& why, std::string hint) {
  report_.warning({"HG-1602", "a deployment of " + quote(name.text) + " is left out: " + why, {}, std::move(hint)},
                  where.mark, where.length());
}

void Importer::note(const Node& where, std::string message, std::string hint) {
  report_.note({"HG-1604", std::move(message), {}, std::move(hint)}, where.mark, where.length());
}

}  // namespace headgate::config::litellm
