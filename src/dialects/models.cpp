#include "headgate/dialects/models.hpp"

#include <vector>

#include "headgate/dialects/anthropic.hpp"
#include "headgate/dialects/gemini.hpp"
#include "headgate/wire/http.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::dialects {

namespace {

void append_openai_models(std::string& out, std::span<const ListedModel> models) {
  wire::JsonWriter json(out);
  json.begin_object().member("object", "list").name("data").begin_array();
  for (const auto& model : models)
    json.begin_object()
        .member("id", model.id)
        .member("object", "model")
        .member("created", model.created)
        .member("owned_by", model.owner)
        .end_object();
  json.end_array().end_object();
}

void append_messages_models(std::string& out, std::span<const ListedModel> models) {
  std::vector<anthropic::ListedModel> listed;
  for (const auto& model : models) listed.push_back({model.id, model.created});
  anthropic::append_models(out, listed);
}

void append_gemini_models(std::string& out, std::span<const ListedModel> models) {
  std::vector<std::string_view> ids;
  for (const auto& model : models) ids.push_back(model.id);
  gemini::append_models(out, ids);
}

}  // namespace

void append_models(std::string& out, Dialect dialect, std::span<const ListedModel> models) {
  switch (dialect) {
    case Dialect::messages: return append_messages_models(out, models);
    case Dialect::generate_content: return append_gemini_models(out, models);
    default: return append_openai_models(out, models);
  }
}

Dialect list_dialect(Dialect endpoint, std::string_view head) {
  if (wire::find_field(head, "anthropic-version")) return Dialect::messages;
  return wire::find_field(head, "x-goog-api-key") ? Dialect::generate_content : endpoint;
}

}  // namespace headgate::dialects
