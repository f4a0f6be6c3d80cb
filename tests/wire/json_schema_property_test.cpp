// Random schemas and values: where a verdict is given, an independent validator gives the same.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "headgate/wire/json_schema.hpp"
#include "support.hpp"

namespace headgate::wire {
namespace {

using Json = nlohmann::ordered_json;

// Few names and values, so that schemas often mean what is there.
class Draw {
 public:
  explicit Draw(unsigned seed) : random_(seed) {}

  unsigned below(unsigned count) { return static_cast<unsigned>(random_()) % count; }
  std::string name() { return std::string(1, static_cast<char>('a' + below(3))); }

  Json value(int depth) {
    switch (below(depth > 0 ? 8 : 6)) {
      case 0: return nullptr;
      case 1: return below(2) == 0;
      case 2: return static_cast<int>(below(4)) - 1;
      case 3: return 0.5 + below(3);  // a whole 1.0 is an integer for us, and not for everybody
      case 4: return std::string(below(4), 'x');
      case 5: return Json::object();
      case 6: {
        Json list = Json::array();
        for (unsigned i = below(4); i > 0; --i) list.push_back(value(depth - 1));
        return list;
      }
      default: {
        Json object = Json::object();
        for (unsigned i = below(4); i > 0; --i) object[name()] = value(depth - 1);
        return object;
      }
    }
  }

  Json schema(int depth) {
    if (depth == 0 || below(12) == 0) return below(4) == 0 ? Json(below(3) != 0) : Json{{"type", type()}};
    if (below(10) == 0) return {{"$ref", below(2) == 0 ? "#/definitions/one" : "#/definitions/two"}};
    Json schema = Json::object();
    for (unsigned i = 1 + below(3); i > 0; --i) add_keyword(schema, depth - 1);
    return schema;
  }

 private:
  std::string type() {
    constexpr const char* types[] = {"object", "array", "string", "number", "integer", "boolean", "null"};
    return types[below(7)];
  }

  Json schemas(int depth) {
    Json list = Json::array();
    for (unsigned i = 1 + below(3); i > 0; --i) list.push_back(schema(depth));
    return list;
  }

  void add_keyword(Json& schema, int depth) {
    constexpr const char* bounds[] = {"minItems",      "maxItems", "minLength", "maxLength",        "minProperties",
                                      "maxProperties", "minimum",  "maximum",   "exclusiveMinimum", "exclusiveMaximum"};
    constexpr const char* lists[] = {"anyOf", "oneOf", "allOf"};
    switch (below(11)) {
      case 0: schema["type"] = type(); break;
      case 1: schema["type"] = type() == "null" ? Json{"null", "object"} : Json{"object", "string", "integer"}; break;
      case 2: schema["enum"] = Json::array({value(0), value(0), value(0)}); break;
      case 3: schema["const"] = value(0); break;
      case 4:
        for (unsigned i = 1 + below(2); i > 0; --i) schema["properties"][name()] = this->schema(depth);
        break;
      case 5: schema["required"] = Json::array({name()}); break;
      case 6: schema["additionalProperties"] = this->schema(depth); break;
      case 7: schema["items"] = this->schema(depth); break;
      case 8: schema["not"] = this->schema(depth); break;
      case 9: schema[lists[below(3)]] = schemas(depth); break;
      default: schema[bounds[below(10)]] = below(3); break;
    }
  }

  std::mt19937 random_;
};

bool oracle_takes(const Json& schema, const Json& value) {
  const auto schema_tree = nlohmann::json::parse(schema.dump()), value_tree = nlohmann::json::parse(value.dump());
  valijson::Schema parsed;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7)
      .populateSchema(valijson::adapters::NlohmannJsonAdapter(schema_tree), parsed);
  return valijson::Validator(valijson::Validator::kStrongTypes)
      .validate(parsed, valijson::adapters::NlohmannJsonAdapter(value_tree), nullptr);
}

Fit judged(const Json& schema, const Json& value) {
  JsonReader of_schema, of_value;
  const Padded padded_schema(schema.dump()), padded_value(value.dump());
  return fit(of_schema.read(padded_schema.text()).value(), of_value.read_lenient(padded_value.text()).value());
}

}  // namespace

TEST(JsonSchemaProperty, AgreesWithAnotherValidatorWhereverItHasAnOpinion) {
  Draw draw(20'260'801);
  int fitting = 0, breaking = 0, unknown = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto schema = draw.schema(3);
    if (!schema.is_object()) continue;
    schema["definitions"] = {{"one", draw.schema(1)}, {"two", {{"type", "object"}}}};
    if (schema["definitions"]["one"].contains("$ref")) continue;
    for (int k = 0; k < 3; ++k) {
      const auto value = draw.value(3);
      const auto verdict = judged(schema, value);
      ++(verdict == Fit::fits ? fitting : verdict == Fit::breaks ? breaking : unknown);
      if (verdict == Fit::unknown) continue;
      ASSERT_EQ(verdict == Fit::fits, oracle_takes(schema, value)) << schema << "\n" << value;
    }
  }
  EXPECT_GT(fitting, 5000);
  EXPECT_GT(breaking, 5000);
  EXPECT_LT(unknown, (fitting + breaking) / 10);
}

}  // namespace headgate::wire
