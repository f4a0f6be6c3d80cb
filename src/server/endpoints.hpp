// Which URL is answered by what. The table is the whole surface.
#pragma once

#include <span>
#include <string_view>

#include "headgate/dialects/dialect.hpp"
#include "headgate/wire/http.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::server {

enum class Action : std::uint8_t {
  forward,         // to a model
  forward_method,  // likewise; the path ends in MODEL:METHOD
  count_tokens,
  show_response,  // a stored one, or the items of its input
  delete_response,
  cancel_response,
  list_models,
  show_model,
  take_feedback,
  greet,
  live,
  ready,
  metrics,
  status,
  show_request,
  show_config,
  reload,
  show_breakers,
  force_breaker,
  show_spend,
  show_budgets,
  show_model_figures,
  show_pools,
  show_drills,
  start_drill,
};

struct Endpoint {
  std::string_view path;  // ending in '/': everything below it
  wire::Method method;    // GET answers HEAD too
  Action action;
  std::string_view route;    // metric label
  std::string_view surface;  // metric label
  bool needs_key;
  wire::Surface forwards = wire::Surface::chat_completions;         // of Action::forward
  dialects::Dialect dialect = dialects::Dialect::chat_completions;  // of requests, answers and errors
};

inline bool goes_to_model(const Endpoint& endpoint) {
  return endpoint.action == Action::forward || endpoint.action == Action::forward_method;
}

// Of an error about a path that no endpoint has.
dialects::Dialect dialect_at(std::string_view path);

std::span<const Endpoint> api_endpoints();
std::span<const Endpoint> admin_endpoints();

struct Match {
  const Endpoint* endpoint = nullptr;
  std::string_view rest;      // of the path below endpoint->path
  bool wrong_method = false;  // the path is known, the method is not
  std::string_view allow;     // then: what it takes
};
Match find_endpoint(std::span<const Endpoint> table, wire::Method method, std::string_view path);

}  // namespace headgate::server
