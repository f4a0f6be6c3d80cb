#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "checker.hpp"
#include "headgate/config/diagnostic.hpp"
#include "headgate/config/schema.hpp"

namespace headgate::config {
namespace {

using Json = nlohmann::ordered_json;

std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

// Words such as `open` are set as code, sentences such as "a duration" are not.
std::string value_cell(const Rule& rule) {
  if (const Json* words = rule.find("enum")) {
    std::string list;
    for (const Json& word : *words) list += (list.empty() ? "`" : ", `") + word.get<std::string>() + "`";
    return list;
  }
  std::string text = rule.expected();
  const std::string least = rule.text("x-headgate-min");
  const std::string most = rule.text("x-headgate-max");
  if (!least.empty() && least != "1ms") text += ", at least " + least;
  if (!most.empty()) text += ", at most " + most;
  if (rule.text("type") == "array") {
    const Json* items = rule.find("items");
    if (items) text = "list of: " + value_cell(rule.sub(*items));
  }
  return text;
}

std::string default_cell(const Rule& rule) {
  const Json* value = rule.find("default");
  if (!value) return {};
  return "`" + (value->is_string() ? value->get<std::string>() : value->dump()) + "`";
}

class Table {
 public:
  void add(const std::string& path, const Rule& rule) {
    std::string description = rule.text("description");
    if (const auto only = rule.only(); !only.empty())
      description += fmt::format(" Only for `type: {}`.", fmt::join(only, "` or `"));
    if (rule.is_planned()) description += " *Not in effect yet.*";
    if (!is_container(rule)) {
      rows_ += fmt::format("| `{}` | {} | {} | {} |\n", path, cell(value_cell(rule)), cell(default_cell(rule)),
                           cell(description));
    } else if (!description.empty() && path.find('.') != path.npos) {
      rows_ += fmt::format("| `{}` | | | {} |\n", path, cell(description));
    }
    add_members(path, rule);
  }

  const std::string& rows() const { return rows_; }

 private:
  static bool is_object(const Rule& rule) { return rule.text("type") == "object"; }

  static bool is_container(const Rule& rule) {
    if (is_object(rule)) return true;
    const Json* items = rule.find("items");
    return items && is_object(rule.sub(*items));
  }

  void add_members(const std::string& path, const Rule& rule) {
    if (const Json* properties = rule.find("properties")) {
      for (const auto& [key, schema] : properties->items()) add(path + "." + key, rule.sub(schema));
    }
    if (rule.find("patternProperties")) {
      for (const auto& [pattern, schema] : rule.find("patternProperties")->items())
        add(path + ".header.NAME", rule.sub(schema));
    }
    const Json* others = rule.find("additionalProperties");
    if (others && others->is_object()) add(path + ".NAME", rule.sub(*others));
    const Json* items = rule.find("items");
    if (items && is_object(rule.sub(*items))) add_members(path + "[]", rule.sub(*items));
  }

  std::string rows_;
};

std::string keys_section(const Json& schema) {
  constexpr std::string_view head = "| key | value | default | |\n| --- | --- | --- | --- |\n";
  std::string text;
  for (const auto& [key, value] : schema.at("properties").items()) {
    const Rule rule(schema, value);
    Table table;
    table.add(key, rule);
    text += fmt::format("### {}\n\n{}{}\n\n{}{}\n", key, rule.text("description"),
                        rule.is_planned() ? " *Not in effect yet.*" : "", head, table.rows());
  }
  return text;
}

std::string codes_section() {
  std::string text = "| code | meaning | way out |\n| --- | --- | --- |\n";
  for (const CodeEntry& entry : codes())
    text += fmt::format("| {} | {} | {} |\n", entry.code, cell(entry.title), cell(entry.way_out));
  return text;
}

}  // namespace

std::string reference() {
  const Json tree = Json::parse(schema());
  return "## Keys\n\n" + keys_section(tree) + "## Errors and warnings\n\n" + codes_section();
}

}  // namespace headgate::config
