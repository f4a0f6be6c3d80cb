#include "feedback.hpp"

#include <nlohmann/json.hpp>

namespace headgate::server {

using core::Code;
using core::Error;

namespace {

constexpr std::size_t max_body = 64 * 1024;
constexpr std::size_t max_id = 128;

Error wrong(std::string param, std::string message) {
  return Error(Code::invalid_request, std::move(message)).with_param(std::move(param));
}

}  // namespace

core::Result<Feedback> read_feedback(std::string_view body) {
  if (body.size() > max_body) return wrong("", "Feedback is a small JSON object with `request_id` and `score`.");
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (json.is_discarded()) return Error(Code::invalid_json, "The body is not valid JSON.");
  if (!json.is_object()) return wrong("", "The body must be a JSON object with `request_id` and `score`.");
  const auto id = json.find("request_id");
  if (id == json.end() || !id->is_string() || id->get_ref<const std::string&>().empty() ||
      id->get_ref<const std::string&>().size() > max_id)
    return wrong("request_id", "`request_id` must be the x-request-id of an answer.");
  const auto score = json.find("score");
  if (score == json.end() || !score->is_number() || !(score->get<double>() >= 0) || !(score->get<double>() <= 1))
    return wrong("score", "`score` must be a number from 0 (useless) to 1 (just right).");
  return Feedback{id->get<std::string>(), score->get<double>()};
}

}  // namespace headgate::server
