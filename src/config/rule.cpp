#include <algorithm>

#include "checker.hpp"
#include "text.hpp"

namespace headgate::config {
namespace {

using Json = nlohmann::ordered_json;

const Json& follow(const Json& root, const Json& schema) {
  const auto reference = schema.find("$ref");
  if (reference == schema.end()) return schema;
  constexpr std::size_t prefix = std::string_view("#/definitions/").size();
  return root.at("definitions").at(reference->get<std::string>().substr(prefix));
}

std::string number_text(const Json& number) { return number.dump(); }

std::string expected_number(const Rule& rule, const std::string& what) {
  const Json* least = rule.find("minimum");
  const Json* most = rule.find("maximum");
  std::string text = what;
  if (least) text += " from " + number_text(*least);
  if (most) text += (least ? " to " : " up to ") + number_text(*most);
  return text;
}

// The only regular expression for keys in the schema is a literal prefix: "^header\\.".
bool has_prefix(std::string_view key, std::string_view pattern) {
  std::string prefix;
  for (const char c : pattern) {
    if (c != '^' && c != '\\') prefix += c;
  }
  return key.starts_with(prefix);
}

}  // namespace

Rule::Rule(const Json& root, const Json& schema) : root_(&root), outer_(&schema), inner_(&follow(root, schema)) {}

const Json* Rule::find(std::string_view keyword) const {
  for (const Json* schema : {outer_, inner_}) {
    const auto found = schema->find(keyword);
    if (found != schema->end()) return &*found;
  }
  return nullptr;
}

std::string Rule::text(std::string_view keyword) const {
  const Json* found = find(keyword);
  return found && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> Rule::only() const {
  const Json* found = find("x-headgate-only");
  if (!found) return {};
  return found->is_array() ? found->get<std::vector<std::string>>() : std::vector{found->get<std::string>()};
}

std::optional<Rule> Rule::member(std::string_view key) const {
  if (const Json* properties = find("properties")) {
    const auto property = properties->find(key);
    if (property != properties->end()) return sub(*property);
  }
  if (const Json* patterns = find("patternProperties")) {
    for (const auto& [pattern, schema] : patterns->items()) {
      if (has_prefix(key, pattern)) return sub(schema);
    }
  }
  const Json* others = find("additionalProperties");
  if (others && others->is_object()) return sub(*others);
  return std::nullopt;
}

std::string Rule::expected() const {
  if (std::string said = text("x-headgate-expected"); !said.empty()) return said;
  if (const Json* words = find("enum")) {
    return one_of(words->get<std::vector<std::string>>());
  }
  if (const Json* alternatives = find("anyOf")) {
    std::vector<std::string> list;
    for (const Json& alternative : *alternatives) list.push_back(sub(alternative).expected());
    return join(list, " or ");
  }
  if (const std::string target = text("x-headgate-names"); !target.empty()) {
    return "the name of a " + target.substr(0, target.size() - 1);
  }
  const std::string type = text("type");
  if (type == "integer") return expected_number(*this, "a whole number");
  if (type == "number") return expected_number(*this, "a number");
  if (type == "boolean") return "true or false";
  if (type == "object") return "a mapping (name: value)";
  if (type == "array") return "a list: [a, b]";
  return "text";
}

}  // namespace headgate::config
