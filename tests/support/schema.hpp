// What providers publish about their JSON, as a judge of ours: see tests/specs/README.md. Needs the libraries
// nlohmann_json::nlohmann_json and headgate_valijson.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace headgate::test {

// The components of one description: `Schemas openai("openai")` reads tests/specs/openai.schema.json.
class Schemas {
 public:
  explicit Schemas(const std::string& name) {
    const std::string path = HEADGATE_SOURCE_DIR "/tests/specs/" + name + ".schema.json";
    std::ifstream file(path);
    EXPECT_TRUE(file) << path << ": not there";
    document_ = nlohmann::json::parse(file);
  }

  // Empty: the text is sound. Else where and why it is not.
  std::string complaints(const std::string& component, std::string_view json_text) {
    const auto value = nlohmann::json::parse(json_text, nullptr, false);
    if (value.is_discarded()) return "not JSON: " + std::string(json_text);
    valijson::ValidationResults results;
    valijson::Validator validator(valijson::Validator::kStrongTypes);
    if (validator.validate(parsed(component), valijson::adapters::NlohmannJsonAdapter(value), &results)) return {};
    return component + ": " + as_text(results) + "\nin " + std::string(json_text);
  }

  void expect_valid(const std::string& component, std::string_view json_text) {
    EXPECT_EQ(complaints(component, json_text), "");
  }

 private:
  const valijson::Schema& parsed(const std::string& component) {
    auto& known = parsed_[component];
    if (known) return *known;
    if (!document_["definitions"].contains(component)) ADD_FAILURE() << component << ": no such component";
    document_["$ref"] = "#/definitions/" + component;
    known = std::make_unique<valijson::Schema>();
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(valijson::adapters::NlohmannJsonAdapter(document_), *known);
    return *known;
  }

  static std::string as_text(valijson::ValidationResults& results) {
    std::string all;
    valijson::ValidationResults::Error error;
    for (int shown = 0; shown < 20 && results.popError(error); ++shown) {
      for (const auto& step : error.context) all += step;
      all += ": " + error.description + "\n";
    }
    return all;
  }

  nlohmann::json document_;
  std::map<std::string, std::unique_ptr<valijson::Schema>> parsed_;
};

}  // namespace headgate::test
