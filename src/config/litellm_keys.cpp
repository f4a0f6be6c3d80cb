#include "headgate/providers/vendor.hpp"
#include "litellm_importer.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config::litellm {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
  }
  return result;
}

bool says_none(const Node& node) { return node.text == "none" || node.text == "None"; }

}  // namespace

std::optional<std::string> variable_of(const Node& node) {
  constexpr std::string_view start = "os.environ/";
  if (!node.is_scalar() || !node.text.starts_with(start)) return std::nullopt;
  return node.text.substr(start.size());
}

// Returns the key itself if the file holds one.
const Node* Importer::take_key(Account& account, const Params& params) {
  const Node* node = params.find("api_key");
  if (!node || (node->is_scalar() && node->text.empty())) {
    const bool elsewhere = account.type == "openai_compatible";
    const auto* vendor = providers::find_vendor(account.type);
    account.key = elsewhere ? "none" : vendor->key_required ? "env:" + std::string(vendor->key_env) : "";
    if (vendor->key_required) variables_.insert(std::string(vendor->key_env));
    if (elsewhere && account.prefix == "openai") {
      note(*params.find("model"), "no key is sent to " + quote(account.base_url),
           "LiteLLM would send OPENAI_API_KEY; if the server wants it, write `key: env:OPENAI_API_KEY`");
    }
    return nullptr;
  }
  if (says_none(*node)) {
    account.key = "none";
    return nullptr;
  }
  const auto variable = variable_of(*node);
  if (!variable || check_kind("secret", "env:" + *variable)) return node;
  account.key = "env:" + *variable;
  return nullptr;
}

// A name of a variable for every key that stood in the file.
void Importer::name_keys() {
  std::map<std::size_t, std::string> chosen;
  std::map<std::string, std::size_t> numbers;
  for (const auto& [index, node] : literals_) {
    Account& account = draft_.accounts[index];
    std::string& variable = chosen[index];
    if (variable.empty()) {
      const auto* vendor = providers::find_vendor(account.type);
      const bool usual = account.name == account.type && !vendor->key_env.empty();
      const std::string name = usual ? std::string(vendor->key_env) : upper(account.name) + "_API_KEY";
      variable = name;
      for (std::size_t& number = numbers[name]; !variables_.insert(variable).second;)
        variable = name + "_" + std::to_string(++number + 1);
      account.key = "env:" + variable;
    }
    report_.warning({"HG-1603",
                     "the key of provider " + quote(account.name) + " stands in the file and is left out",
                     {},
                     "put it into the environment as " + variable},
                    node->mark, node->length());
  }
}

void Importer::note_variables(const Node& node) {
  if (const auto variable = variable_of(node)) variables_.insert(*variable);
  for (const Node& item : node.items) note_variables(item);
  for (const Entry& entry : node.entries) note_variables(entry.value);
}

}  // namespace headgate::config::litellm
