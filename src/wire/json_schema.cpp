#include "headgate/wire/json_schema.hpp"

#include <array>
#include <cmath>

#include "json_steps.hpp"

namespace headgate::wire {
namespace {

constexpr int most_depth = 128;  // schemas inside schemas, references included

constexpr Fit both(Fit a, Fit b) {
  if (a == Fit::breaks || b == Fit::breaks) return Fit::breaks;
  return a == Fit::unknown || b == Fit::unknown ? Fit::unknown : Fit::fits;
}

constexpr std::array annotations{"$schema", "$id",     "$comment",  "$defs",     "definitions",
                                 "title",   "default", "examples",  "readOnly",  "description",
                                 "example", "strict",  "writeOnly", "deprecated"};

bool is_annotation(JsonValue name) {
  for (const auto* word : annotations)
    if (name.is(word)) return true;
  return false;
}

// Takes the first part of "/$defs/a~1b" off the front; none where that is no pointer.
std::optional<std::string> take_part(std::string_view& pointer) {
  if (pointer.front() != '/') return std::nullopt;
  pointer.remove_prefix(1);
  const auto end = std::min(pointer.find('/'), pointer.size());
  std::string part;
  for (std::size_t i = 0; i < end; ++i) {
    if (pointer[i] == '%') return std::nullopt;  // as in an address; nobody writes it
    const bool escape = pointer[i] == '~' && i + 1 < end;
    part.push_back(!escape ? pointer[i] : pointer[++i] == '1' ? '/' : '~');
  }
  pointer.remove_prefix(end);
  return part;
}

// One judgement. Three-valued logic: what is unknown stays so unless the rest decides.
class Judgement {
 public:
  explicit Judgement(JsonValue root) : root_(root) {}

  Fit schema(JsonValue schema, JsonValue value, int depth) {
    if (!steps_.spend(1)) return Fit::unknown;
    if (const auto all = schema.boolean()) return of(*all);
    if (!schema.is_object() || depth > most_depth) return Fit::unknown;
    // OpenAPI's word: not of JSON Schema, but it is plain what is meant.
    if (value.kind() == JsonKind::null && steps_.find(schema, "nullable").is_set()) return Fit::unknown;
    Fit fit = Fit::fits;
    for (const auto [name, wanted] : schema.members()) {
      if (!steps_.spend(1)) return Fit::unknown;
      fit = both(fit, keyword(schema, name, wanted, value, depth + 1));
      if (fit == Fit::breaks) return fit;
    }
    return fit;
  }

 private:
  Fit keyword(JsonValue schema, JsonValue name, JsonValue wanted, JsonValue value, int depth) {
    if (name.is_escaped()) return Fit::unknown;
    if (name.is("type")) return type(wanted, value);
    if (name.is("enum")) return one_of_values(wanted, value);
    if (name.is("const")) return steps_.equal(wanted, value);
    if (name.is("properties")) return properties(wanted, value, depth);
    if (name.is("required")) return required(wanted, value);
    if (name.is("additionalProperties")) return additional(schema, wanted, value, depth);
    if (name.is("items")) return items(schema, wanted, value, depth);
    if (name.is("anyOf")) return any_of(wanted, value, depth);
    if (name.is("oneOf")) return one_of(wanted, value, depth);
    if (name.is("allOf")) return all_of(wanted, value, depth);
    if (name.is("not")) return opposite(this->schema(wanted, value, depth));
    if (name.is("$ref")) return reference(wanted, value, depth);
    if (is_annotation(name)) return Fit::fits;
    return limit(name, wanted, value);
  }

  static Fit opposite(Fit fit) {
    return fit == Fit::fits ? Fit::breaks : fit == Fit::breaks ? Fit::fits : Fit::unknown;
  }

  Fit type(JsonValue wanted, JsonValue value) {
    if (wanted.is_string()) return is_of_type(wanted, value);
    if (!wanted.is_array()) return Fit::unknown;
    Fit fit = Fit::breaks;
    for (const auto one : wanted.items()) {
      if (!steps_.spend(1)) return Fit::unknown;
      const auto of_one = is_of_type(one, value);
      if (of_one == Fit::fits) return of_one;
      if (of_one == Fit::unknown) fit = of_one;
    }
    return fit;
  }

  Fit is_of_type(JsonValue type, JsonValue value) {
    const auto kind = value.kind();
    if (type.is_escaped()) return Fit::unknown;
    if (type.is("object")) return of(kind == JsonKind::object);
    if (type.is("array")) return of(kind == JsonKind::array);
    if (type.is("string")) return of(kind == JsonKind::string);
    if (type.is("number")) return of(kind == JsonKind::number);
    if (type.is("boolean")) return of(kind == JsonKind::boolean);
    if (type.is("null")) return of(kind == JsonKind::null);
    if (!type.is("integer")) return Fit::unknown;
    if (kind != JsonKind::number) return Fit::breaks;
    const auto number = steps_.number_of(value);
    return number ? of(std::trunc(*number) == *number) : Fit::unknown;
  }

  Fit one_of_values(JsonValue wanted, JsonValue value) {
    if (!wanted.is_array()) return Fit::unknown;
    Fit fit = Fit::breaks;
    for (const auto one : wanted.items()) {
      const auto same = steps_.equal(one, value);
      if (same == Fit::fits) return same;
      if (same == Fit::unknown) fit = same;
      if (steps_.are_up()) break;
    }
    return fit;
  }

  Fit properties(JsonValue wanted, JsonValue value, int depth) {
    if (!wanted.is_object()) return Fit::unknown;
    Fit fit = Fit::fits;
    for (const auto [name, schema] : wanted.members()) {
      if (!value.is_object()) break;
      const auto found = steps_.find(value, name);
      if (!found) return Fit::unknown;
      if (found->kind() != JsonKind::missing) fit = both(fit, this->schema(schema, *found, depth));
      if (fit == Fit::breaks) break;
    }
    return fit;
  }

  Fit required(JsonValue wanted, JsonValue value) {
    if (!wanted.is_array()) return Fit::unknown;  // draft 3 says it with a boolean
    for (const auto name : wanted.items()) {
      if (!value.is_object()) break;
      if (!name.is_string()) return Fit::unknown;
      const auto found = steps_.find(value, name);
      if (!found) return Fit::unknown;
      if (found->kind() == JsonKind::missing) return Fit::breaks;
    }
    return Fit::fits;
  }

  Fit additional(JsonValue schema, JsonValue wanted, JsonValue value, int depth) {
    if (!value.is_object() || wanted.boolean() == true) return Fit::fits;
    if (steps_.find(schema, "patternProperties").kind() != JsonKind::missing) return Fit::unknown;
    const auto listed = steps_.find(schema, "properties");
    if (!steps_.spend(1)) return Fit::unknown;
    Fit fit = Fit::fits;
    for (const auto [name, member] : value.members()) {
      const auto known = steps_.find(listed, name);
      if (!known) return Fit::unknown;
      if (known->kind() == JsonKind::missing) fit = both(fit, this->schema(wanted, member, depth));
      if (fit == Fit::breaks) break;
    }
    return fit;
  }

  // A list of schemas, one a place, is spelled differently from draft to draft.
  Fit items(JsonValue schema, JsonValue wanted, JsonValue value, int depth) {
    if (wanted.is_array() || steps_.find(schema, "prefixItems").is_set()) return Fit::unknown;
    Fit fit = Fit::fits;
    for (const auto item : value.items()) {
      fit = both(fit, this->schema(wanted, item, depth));
      if (fit == Fit::breaks || steps_.are_up()) break;
    }
    return fit;
  }

  // How a list of schemas takes a value. Time that is up makes `unknown` more than none.
  struct Tally {
    std::size_t fits = 0, breaks = 0, unknown = 0;
  };
  std::optional<Tally> tally(JsonValue schemas, JsonValue value, int depth) {
    if (!schemas.is_array() || schemas.is_empty()) return std::nullopt;
    Tally tally;
    for (const auto schema : schemas.items()) {
      const auto fit = this->schema(schema, value, depth);
      ++(fit == Fit::fits ? tally.fits : fit == Fit::breaks ? tally.breaks : tally.unknown);
      if (steps_.are_up()) break;
    }
    return tally;
  }

  Fit any_of(JsonValue schemas, JsonValue value, int depth) {
    const auto found = tally(schemas, value, depth);
    if (!found) return Fit::unknown;
    return found->fits > 0 ? Fit::fits : found->unknown > 0 ? Fit::unknown : Fit::breaks;
  }

  Fit one_of(JsonValue schemas, JsonValue value, int depth) {
    const auto found = tally(schemas, value, depth);
    if (!found) return Fit::unknown;
    if (found->fits > 1) return Fit::breaks;
    return found->unknown > 0 ? Fit::unknown : of(found->fits == 1);
  }

  Fit all_of(JsonValue schemas, JsonValue value, int depth) {
    const auto found = tally(schemas, value, depth);
    if (!found) return Fit::unknown;
    return found->breaks > 0 ? Fit::breaks : found->unknown > 0 ? Fit::unknown : Fit::fits;
  }

  Fit reference(JsonValue wanted, JsonValue value, int depth) {
    if (!steps_.spend(steps_.price_of(wanted))) return Fit::unknown;
    std::string scratch;
    auto address = wanted.string(scratch);
    if (!address.starts_with('#')) return Fit::unknown;
    address.remove_prefix(1);
    auto found = root_;
    while (!address.empty()) {
      const auto part = take_part(address);
      if (!part) return Fit::unknown;
      found = steps_.find(found, *part);
    }
    return schema(found, value, depth);
  }

  // What bounds a size or a number; nothing that is of another type. The rest is not judged.
  Fit limit(JsonValue name, JsonValue wanted, JsonValue value) {
    const auto bound = steps_.number_of(wanted);
    if (!bound) return Fit::unknown;
    const auto at_least = [&](std::optional<double> size) { return size ? of(*size >= *bound) : Fit::fits; };
    const auto at_most = [&](std::optional<double> size) { return size ? of(*size <= *bound) : Fit::fits; };
    if (name.is("minItems")) return at_least(steps_.size_of(value, JsonKind::array));
    if (name.is("maxItems")) return at_most(steps_.size_of(value, JsonKind::array));
    if (name.is("minProperties")) return at_least(steps_.size_of(value, JsonKind::object));
    if (name.is("maxProperties")) return at_most(steps_.size_of(value, JsonKind::object));
    if (name.is("minLength")) return at_least(steps_.size_of(value, JsonKind::string));
    if (name.is("maxLength")) return at_most(steps_.size_of(value, JsonKind::string));
    const bool is_number = value.kind() == JsonKind::number;
    const auto number = is_number ? steps_.number_of(value) : std::nullopt;
    if (is_number && !number) return Fit::unknown;
    if (name.is("minimum")) return at_least(number);
    if (name.is("maximum")) return at_most(number);
    if (name.is("exclusiveMinimum")) return of(!is_number || *number > *bound);
    if (name.is("exclusiveMaximum")) return of(!is_number || *number < *bound);
    return Fit::unknown;
  }

  JsonValue root_;
  Steps steps_;
};

}  // namespace

Fit fit(JsonValue schema, JsonValue value) { return Judgement(schema).schema(schema, value, 0); }

}  // namespace headgate::wire
