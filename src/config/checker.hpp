// Holds a document against config/headgate.schema.json.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "document.hpp"
#include "report.hpp"

namespace headgate::config {

// A place in the schema. `$ref` is followed; what stands beside it wins.
class Rule {
 public:
  Rule(const nlohmann::ordered_json& root, const nlohmann::ordered_json& schema);

  // Null when the schema does not say.
  const nlohmann::ordered_json* find(std::string_view keyword) const;
  std::string text(std::string_view keyword) const;  // empty when absent
  // Types of provider that the key is for; empty: all.
  std::vector<std::string> only() const;
  bool is_planned() const { return text("x-headgate-status") == "planned"; }
  Rule sub(const nlohmann::ordered_json& schema) const { return {*root_, schema}; }
  // The rule of the key in an object; empty when the key is unknown.
  std::optional<Rule> member(std::string_view key) const;
  // "one of debug, info or warn", "a whole number from 1 to 20", ...
  std::string expected() const;

 private:
  const nlohmann::ordered_json* root_;
  const nlohmann::ordered_json* outer_;
  const nlohmann::ordered_json* inner_;
};

// A schema says what one value may be. What depends on other parts of the file, except names, or
// on the machine, is left to the builder.
//
// Why not the validator the tests compare this with: its messages hold neither the allowed words
// nor the nearest one, and it does not know units.
class Checker {
 public:
  Checker(const nlohmann::ordered_json& schema, const Node& document, Report& report);

  void run();

 private:
  struct Planned {
    std::string path;
    Mark mark;
    std::size_t length = 1;
    int count = 0;
  };
  // Where we are: the path as written, and as in the schema with `*` for names.
  struct Place {
    std::string path;
    std::string pattern;
    Mark mark;  // of the key
    bool planned = false;
  };

  void check(const Node& node, const Rule& rule, const Place& place);
  void check_object(const Node& node, const Rule& rule, const Place& place);
  void check_entry(const Node& object, const Entry& entry, const Rule& rule, const Place& place);
  void check_array(const Node& node, const Rule& rule, const Place& place);
  void check_scalar(const Node& node, const Rule& rule, const Place& place);
  void check_text(const Node& node, const Rule& rule, const Place& place);
  void check_number(const Node& node, const Rule& rule);
  void check_bounds(const Node& node, const Rule& rule, std::string_view kind);
  void check_alternatives(const Node& node, const Rule& rule, const Place& place);
  void check_name(const Node& node, const std::string& target, bool planned);
  void refuse_count(const Node& node, std::size_t count, const nlohmann::ordered_json& most, const Place& place);
  void refuse_type(const Node& node, const Rule& rule, const Place& place);
  void refuse_key(const Entry& entry, const Rule& rule, const Place& place);
  void note_planned(const Entry& entry, const Place& place);

  const nlohmann::ordered_json& schema_;
  const Node& document_;
  Report& report_;
  std::map<std::string, std::vector<std::string>> names_;  // "models" -> names in the file, sorted
  std::map<std::string, Planned> planned_;                 // by pattern
};

}  // namespace headgate::config
