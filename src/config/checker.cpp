#include "checker.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "reader.hpp"
#include "text.hpp"
#include "values.hpp"

namespace headgate::config {
namespace {

using Json = nlohmann::ordered_json;
using Kind = Node::Kind;
using Scalar = Node::Scalar;

bool accepts_kind(Kind kind, const Rule& rule) {
  const std::string type = rule.text("type");
  if (kind == Kind::map) return type == "object";
  if (kind == Kind::sequence) return type == "array";
  return type != "object" && type != "array";
}

bool is_numeric(const Rule& rule) { return rule.text("type") == "integer" || rule.text("type") == "number"; }

std::string in(const std::string& path) { return path.empty() ? " at the top level" : " in " + quote(path); }

std::string below(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Kind::null: return "nothing";
    case Kind::map: return "a mapping";
    case Kind::sequence: return "a list";
    case Kind::scalar: break;
  }
  switch (node.scalar()) {
    case Scalar::boolean: return node.text;
    case Scalar::integer:
    case Scalar::number: return "the number " + quote(node.text);
    case Scalar::text: break;
  }
  return (node.plain ? "the text " : "the quoted text ") + quote(node.text);
}

std::vector<std::string> keys_of(const Json* object) {
  std::vector<std::string> keys;
  if (object) {
    for (const auto& [key, value] : object->items()) keys.push_back(key);
  }
  return keys;
}

void hide_all(const Node& node, Report& report) {
  report.hide(node.text);
  for (const Node& item : node.items) hide_all(item, report);
  for (const Entry& entry : node.entries) hide_all(entry.value, report);
}

// The value of a quantity in its smallest unit, for comparing with the schema's bounds.
double magnitude(std::string_view kind, std::string_view text) {
  if (kind == "duration") {
    const auto parsed = parse_duration(text);
    return parsed ? static_cast<double>(parsed->count()) : 0;
  }
  if (kind == "window") {
    const auto parsed = parse_window(text);
    return parsed && parsed->length ? static_cast<double>(parsed->length->count()) : longest_duration;
  }
  if (kind == "money") {
    const auto parsed = parse_money(text);
    return parsed ? static_cast<double>(parsed->in_picodollars()) : 0;
  }
  const auto parsed = parse_size(text);
  return parsed ? static_cast<double>(*parsed) : 0;
}

bool has_bounds(std::string_view kind) {
  return kind == "duration" || kind == "size" || kind == "window" || kind == "money";
}

// A number without a unit was mostly meant in that of the default.
void suggest_usual_unit(Problem& problem, const std::string& number, const Rule& rule) {
  const std::string usual = rule.text("default");
  const auto unit = usual.find_first_not_of("0123456789.");
  if (unit != 0 && unit != usual.npos) problem.hint = "write " + quote(number + usual.substr(unit));
}

}  // namespace

Checker::Checker(const Json& schema, const Node& document, Report& report)
    : schema_(schema), document_(document), report_(report) {
  for (const char* target : {"providers", "models", "pools"}) {
    const Node* section = document.find(target);
    if (!section) continue;
    for (const Entry& entry : section->entries) names_[target].push_back(entry.key);
  }
  for (const Entry& entry : entries(child(document.find("access"), "zones"))) names_["zones"].push_back(entry.key);
  names_["pools"].emplace_back("default");
  for (auto& [target, names] : names_) std::sort(names.begin(), names.end());
}

void Checker::run() {
  check(document_, Rule(schema_, schema_), {"", "", {0, 0}, false});
  for (const auto& [pattern, planned] : planned_) {
    std::string message = quote(planned.path) + " is understood but not in effect in this version";
    if (planned.count > 1) message += " (nor " + std::to_string(planned.count - 1) + " more like it)";
    report_.warning(
        {"HG-1901", std::move(message), {}, "it may stay: it starts to work with the version that knows it"},
        planned.mark, planned.length);
  }
}

void Checker::check(const Node& node, const Rule& rule, const Place& place) {
  if (report_.is_full()) return;
  if (rule.find("anyOf")) return check_alternatives(node, rule, place);
  if (!accepts_kind(node.kind, rule) || node.kind == Kind::null) return refuse_type(node, rule, place);
  switch (node.kind) {
    case Kind::map: return check_object(node, rule, place);
    case Kind::sequence: return check_array(node, rule, place);
    default: return check_scalar(node, rule, place);
  }
}

// The alternatives of this schema differ in their kind, so the one that is meant is plain.
void Checker::check_alternatives(const Node& node, const Rule& rule, const Place& place) {
  const bool number = node.is_scalar() && (node.scalar() == Scalar::integer || node.scalar() == Scalar::number);
  const Json* fallback = nullptr;
  for (const Json& alternative : *rule.find("anyOf")) {
    const Rule candidate = rule.sub(alternative);
    if (node.kind == Kind::null || !accepts_kind(node.kind, candidate)) continue;
    if (is_numeric(candidate) == number) return check(node, candidate, place);
    fallback = &alternative;
  }
  if (!fallback || node.is_scalar()) return refuse_type(node, rule, place);
  check(node, rule.sub(*fallback), place);
}

void Checker::check_object(const Node& node, const Rule& rule, const Place& place) {
  for (const Entry& entry : node.entries) check_entry(node, entry, rule, place);
  const Json* most = rule.find("maxProperties");
  if (most && node.entries.size() > most->get<std::size_t>()) refuse_count(node, node.entries.size(), *most, place);
  const Json* required = rule.find("required");
  if (!required) return;
  for (const Json& key : *required) {
    const auto name = key.get<std::string>();
    if (node.find(name)) continue;
    const auto member = rule.member(name);
    report_.error(
        {"HG-1102", "missing key " + quote(name) + in(place.path), member ? member->expected() : std::string()},
        place.mark);
  }
}

void Checker::check_entry(const Node& object, const Entry& entry, const Rule& rule, const Place& place) {
  const auto member = rule.member(entry.key);
  if (!member) return refuse_key(entry, rule, place);
  const Json* properties = rule.find("properties");
  const bool is_property = properties && properties->contains(entry.key);
  if (const Json* names = rule.find("propertyNames")) {
    Node name;
    name.kind = Kind::scalar;
    name.plain = false;
    name.text = entry.key;
    name.mark = entry.mark;
    check_text(name, rule.sub(*names), place);
  }
  Place here{below(place.path, entry.key), below(place.pattern, is_property ? entry.key : "*"), entry.mark,
             place.planned};
  if (member->is_planned() && !place.planned) {
    note_planned(entry, here);
    here.planned = true;
  }
  const auto only = member->only();
  const Node* type = object.find("type");
  if (!only.empty() && type && std::find(only.begin(), only.end(), type->text) == only.end()) {
    report_.warning({"HG-1902",
                     quote(entry.key) + " has no effect" + in(place.path),
                     {},
                     "it belongs to `type: " + join(only, "` or `") + "`"},
                    entry.mark, entry.key.size());
  }
  check(entry.value, *member, here);
}

void Checker::check_array(const Node& node, const Rule& rule, const Place& place) {
  const Json* least = rule.find("minItems");
  if (least && node.items.size() < least->get<std::size_t>()) {
    report_.error({"HG-1111", quote(place.path) + " is empty", "at least one entry"}, node.mark);
  }
  const Json* most = rule.find("maxItems");
  if (most && node.items.size() > most->get<std::size_t>()) refuse_count(node, node.items.size(), *most, place);
  const Json* items = rule.find("items");
  const bool unique = rule.find("uniqueItems") != nullptr;
  std::set<std::string> seen;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    const Node& item = node.items[i];
    Place here{place.path + "[" + std::to_string(i) + "]", place.pattern + ".*", item.mark, place.planned};
    if (items) check(item, rule.sub(*items), here);
    if (unique && item.is_scalar() && !seen.insert(item.text).second) {
      report_.error({"HG-1112", quote(item.text) + " is listed twice" + in(place.path), {}, "remove one of the two"},
                    item.mark, item.length());
    }
  }
}

void Checker::check_scalar(const Node& node, const Rule& rule, const Place& place) {
  const std::string type = rule.text("type");
  const Scalar scalar = node.scalar();
  if (type == "integer" || type == "number") {
    const bool fits = scalar == Scalar::integer || (scalar == Scalar::number && type == "number");
    return fits ? check_number(node, rule) : refuse_type(node, rule, place);
  }
  if (type == "boolean") {
    if (scalar != Scalar::boolean) refuse_type(node, rule, place);
    return;
  }
  check_text(node, rule, place);
}

void Checker::check_text(const Node& node, const Rule& rule, const Place& place) {
  if (const Json* words = rule.find("enum")) {
    const auto list = words->get<std::vector<std::string>>();
    if (std::find(list.begin(), list.end(), node.text) != list.end() && node.scalar() == Scalar::text) return;
    const std::string code = rule.text("x-headgate-code");
    report_.error({code.empty() ? "HG-1103" : code, quote(node.text) + " is not known here", rule.expected(),
                   did_you_mean(node.text, list)},
                  node.mark, node.length());
    return;
  }
  const std::string kind = rule.text("x-headgate-kind");
  if (auto problem = check_kind(kind, node.text)) {
    if (problem->expected.empty()) problem->expected = rule.expected();
    if (kind == "secret") report_.hide(node.text);
    if (problem->code == "HG-1105") suggest_usual_unit(*problem, node.text, rule);
    report_.error(std::move(*problem), node.mark, node.length());
    return;
  }
  if (node.scalar() != Scalar::text) return refuse_type(node, rule, place);
  if (has_bounds(kind)) check_bounds(node, rule, kind);
  if (const std::string target = rule.text("x-headgate-names"); !target.empty())
    check_name(node, target, place.planned);
}

void Checker::check_bounds(const Node& node, const Rule& rule, std::string_view kind) {
  const std::string least = rule.text("x-headgate-min");
  const std::string most = rule.text("x-headgate-max");
  const double value = magnitude(kind, node.text);
  const bool low = !least.empty() && value < magnitude(kind, least);
  const bool high = !most.empty() && value > magnitude(kind, most);
  if (!low && !high) return;
  report_.error({"HG-1104", quote(node.text) + " is too " + (low ? "small" : "large"),
                 low ? "at least " + least : "at most " + most},
                node.mark, node.length());
}

void Checker::check_number(const Node& node, const Rule& rule) {
  const char* begin = node.text.c_str();
  if (*begin == '+') ++begin;
  double value = 0;
  const auto [end, error] = std::from_chars(begin, node.text.c_str() + node.text.size(), value);
  const Json* least = rule.find("minimum");
  const Json* most = rule.find("maximum");
  const bool low = least && value < least->get<double>();
  const bool high = most && value > most->get<double>();
  if (error == std::errc() && !low && !high) return;
  report_.error({"HG-1104", quote(node.text) + " is out of range", rule.expected()}, node.mark, node.length());
}

void Checker::check_name(const Node& node, const std::string& target, bool planned) {
  const auto& known = names_[target];
  if (std::binary_search(known.begin(), known.end(), node.text)) return;
  static const std::map<std::string, std::string> codes{
      {"providers", "HG-1201"}, {"models", "HG-1202"}, {"pools", "HG-1203"}, {"zones", "HG-1212"}};
  const std::string what = target.substr(0, target.size() - 1);
  std::string hint = did_you_mean(node.text, known);
  if (hint.empty()) hint = "add it under " + quote(target == "zones" ? "access.zones" : target);
  Problem problem{codes.at(target), "no " + what + " " + quote(node.text), one_of(known), std::move(hint)};
  // What is not in effect cannot go wrong yet.
  planned ? report_.warning(std::move(problem), node.mark, node.length())
          : report_.error(std::move(problem), node.mark, node.length());
}

void Checker::refuse_count(const Node& node, std::size_t count, const Json& most, const Place& place) {
  report_.error({"HG-1113", quote(place.path) + " has " + std::to_string(count) + " entries", "at most " + most.dump()},
                node.mark);
}

void Checker::refuse_type(const Node& node, const Rule& rule, const Place& place) {
  const bool secret = rule.text("x-headgate-kind") == "secret";
  std::string hint;
  if (secret) hide_all(node, report_);
  if (node.is_scalar() && rule.text("type") == "boolean") {
    if (node.text == "yes" || node.text == "on") hint = "write `true`";
    if (node.text == "no" || node.text == "off") hint = "write `false`";
  } else if (node.is_scalar() && node.scalar() == Scalar::text && !node.plain && is_numeric(rule)) {
    hint = "write it without quotes";
  } else if (node.is_scalar() && node.scalar() != Scalar::text && rule.text("type") == "string" && !secret) {
    hint = "write it in quotes: `\"" + node.text.substr(0, 40) + "\"`";
  } else if (node.is_scalar() && rule.text("type") == "array") {
    hint = "write it in brackets: " + quote("[" + node.text.substr(0, 40) + "]");
  }
  const std::string found = secret ? "something else" : describe(node);
  const std::string what = place.path.empty() ? "the file" : quote(place.path);
  report_.error({"HG-1101", what + " is " + found, rule.expected(), std::move(hint)}, node.mark, node.length());
}

void Checker::refuse_key(const Entry& entry, const Rule& rule, const Place& place) {
  if (report_.is_full()) return;
  auto known = keys_of(rule.find("properties"));
  std::string hint = did_you_mean(entry.key, known);
  // What other gateways call it.
  for (const auto& name : known) {
    const Json* aliases = rule.member(name)->find("x-headgate-aliases");
    if (aliases && std::find(aliases->begin(), aliases->end(), entry.key) != aliases->end())
      hint = "did you mean " + quote(name) + "?";
  }
  if (entry.key == "<<") hint = "merge keys are not read here: write the values out";
  const auto planned = [&](const std::string& name) {
    return rule.member(name)->is_planned() || !rule.member(name)->only().empty();
  };
  known.erase(std::remove_if(known.begin(), known.end(), planned), known.end());
  report_.error({"HG-1002", "unknown key " + quote(entry.key) + in(place.path), join(known, " or "), std::move(hint)},
                entry.mark, entry.key.size());
}

void Checker::note_planned(const Entry& entry, const Place& place) {
  Planned& planned = planned_[place.pattern];
  if (planned.count++ > 0) return;
  planned.path = place.path;
  planned.mark = entry.mark;
  planned.length = entry.key.size();
}

}  // namespace headgate::config
