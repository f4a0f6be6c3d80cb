#include "effective_config.hpp"

#include <nlohmann/json.hpp>

#include "headgate/config/effective.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

Json origin_of(const catalog::Price& price) {
  if (price.origin.source.empty()) return {{"source", "configuration"}};
  Json json{{"source", price.origin.source}};
  json["as_of"] = price.origin.as_of ? Json(catalog::to_text(*price.origin.as_of)) : Json(nullptr);
  return json;
}

}  // namespace

std::string describe(config::Settings settings, const std::vector<routing::Model>& models, const std::string& file) {
  settings.routing.models = models;
  auto json = Json::parse(config::effective(settings));
  json["origin"] = {{"file", file.empty() ? "built in" : file}, {"prices", Json::object()}};
  for (const auto& model : models)
    if (model.facts.price) json["origin"]["prices"][model.name] = origin_of(*model.facts.price);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace headgate::app
