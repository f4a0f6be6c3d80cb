#include "endpoints.hpp"

#include <array>

namespace headgate::server {
namespace {

using dialects::Dialect;
using wire::Method;
using wire::Surface;

constexpr bool with_key = true, open_to_all = false;

constexpr std::array api{
    Endpoint{"/v1/chat/completions", Method::post, Action::forward, "chat_completions", "openai", with_key,
             Surface::chat_completions},
    Endpoint{"/v1/completions", Method::post, Action::forward, "completions", "openai", with_key, Surface::completions},
    Endpoint{"/v1/embeddings", Method::post, Action::forward, "embeddings", "openai", with_key, Surface::embeddings},
    Endpoint{"/v1/moderations", Method::post, Action::forward, "moderations", "openai", with_key, Surface::moderations},
    Endpoint{"/v1/images/generations", Method::post, Action::forward, "image_generations", "openai", with_key,
             Surface::image_generations},
    Endpoint{"/v1/images/edits", Method::post, Action::forward, "image_edits", "openai", with_key,
             Surface::image_edits},
    Endpoint{"/v1/images/variations", Method::post, Action::forward, "image_variations", "openai", with_key,
             Surface::image_variations},
    Endpoint{"/v1/audio/speech", Method::post, Action::forward, "speech", "openai", with_key, Surface::speech},
    Endpoint{"/v1/audio/transcriptions", Method::post, Action::forward, "transcriptions", "openai", with_key,
             Surface::transcriptions},
    Endpoint{"/v1/audio/translations", Method::post, Action::forward, "translations", "openai", with_key,
             Surface::translations},
    Endpoint{"/v1/responses", Method::post, Action::forward, "responses", "openai", with_key, Surface::chat_completions,
             Dialect::responses},
    Endpoint{"/v1/responses/", Method::get, Action::show_response, "response", "openai", with_key,
             Surface::chat_completions, Dialect::responses},
    Endpoint{"/v1/responses/", Method::del, Action::delete_response, "response", "openai", with_key,
             Surface::chat_completions, Dialect::responses},
    Endpoint{"/v1/responses/", Method::post, Action::cancel_response, "response", "openai", with_key,
             Surface::chat_completions, Dialect::responses},
    Endpoint{"/v1/messages", Method::post, Action::forward, "messages", "messages", with_key, Surface::chat_completions,
             Dialect::messages},
    Endpoint{"/v1/messages/count_tokens", Method::post, Action::count_tokens, "count_tokens", "messages", with_key,
             Surface::chat_completions, Dialect::messages},
    Endpoint{"/v1beta/models", Method::get, Action::list_models, "models", "generate_content", with_key,
             Surface::chat_completions, Dialect::generate_content},
    Endpoint{"/v1beta/models/", Method::post, Action::forward_method, "generate_content", "generate_content", with_key,
             Surface::chat_completions, Dialect::generate_content},
    // The same under the API's stable version.
    Endpoint{"/v1/models/", Method::post, Action::forward_method, "generate_content", "generate_content", with_key,
             Surface::chat_completions, Dialect::generate_content},
    Endpoint{"/v1/headgate/feedback", Method::post, Action::take_feedback, "feedback", "openai", with_key},
    Endpoint{"/v1/models", Method::get, Action::list_models, "models", "openai", with_key},
    Endpoint{"/v1/models/", Method::get, Action::show_model, "model", "openai", with_key},
    Endpoint{"/health/live", Method::get, Action::live, "health_live", "health", open_to_all},
    Endpoint{"/health/ready", Method::get, Action::ready, "health_ready", "health", open_to_all},
    Endpoint{"/", Method::get, Action::greet, "root", "openai", open_to_all},
};

constexpr std::array admin{
    Endpoint{"/metrics", Method::get, Action::metrics, "metrics", "admin", open_to_all},
    Endpoint{"/health/live", Method::get, Action::live, "health_live", "health", open_to_all},
    Endpoint{"/health/ready", Method::get, Action::ready, "health_ready", "health", open_to_all},
    Endpoint{"/admin/v1/status", Method::get, Action::status, "status", "admin", open_to_all},
    Endpoint{"/admin/v1/config", Method::get, Action::show_config, "config", "admin", open_to_all},
    Endpoint{"/admin/v1/reload", Method::post, Action::reload, "reload", "admin", open_to_all},
    Endpoint{"/admin/v1/breakers", Method::get, Action::show_breakers, "breakers", "admin", open_to_all},
    Endpoint{"/admin/v1/breakers/", Method::post, Action::force_breaker, "breakers", "admin", open_to_all},
    Endpoint{"/admin/v1/spend", Method::get, Action::show_spend, "spend", "admin", open_to_all},
    Endpoint{"/admin/v1/budgets", Method::get, Action::show_budgets, "budgets", "admin", open_to_all},
    Endpoint{"/admin/v1/models", Method::get, Action::show_model_figures, "models", "admin", open_to_all},
    Endpoint{"/admin/v1/pools", Method::get, Action::show_pools, "pools", "admin", open_to_all},
    Endpoint{"/admin/v1/drills", Method::get, Action::show_drills, "drills", "admin", open_to_all},
    Endpoint{"/admin/v1/drills", Method::post, Action::start_drill, "drills", "admin", open_to_all},
    Endpoint{"/admin/v1/requests/", Method::get, Action::show_request, "requests", "admin", open_to_all},
};

bool matches(const Endpoint& endpoint, std::string_view path) {
  if (endpoint.path == path) return endpoint.path.back() != '/' || endpoint.path.size() == 1;
  return endpoint.path.size() > 1 && endpoint.path.back() == '/' && path.starts_with(endpoint.path);
}

constexpr unsigned bit_of(Method method) { return method == Method::get ? 1 : method == Method::post ? 2 : 4; }

// By the bits of the methods that a path takes.
constexpr std::array<std::string_view, 8> allows{
    "",       "GET, HEAD",         "POST",         "GET, HEAD, POST",
    "DELETE", "GET, HEAD, DELETE", "POST, DELETE", "GET, HEAD, POST, DELETE"};

}  // namespace

Dialect dialect_at(std::string_view path) {
  const auto is_at = [path](std::string_view root) {
    return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
  };
  if (is_at("/v1beta")) return Dialect::generate_content;
  return is_at("/v1/messages") ? Dialect::messages : Dialect::chat_completions;
}

std::span<const Endpoint> api_endpoints() { return api; }
std::span<const Endpoint> admin_endpoints() { return admin; }

Match find_endpoint(std::span<const Endpoint> table, Method method, std::string_view path) {
  Match match;
  unsigned taken = 0;
  for (const auto& endpoint : table) {
    if (!matches(endpoint, path)) continue;
    const bool fits = endpoint.method == method || (endpoint.method == Method::get && method == Method::head);
    if (!fits) {
      match.allow = allows[taken |= bit_of(endpoint.method)];
      match.wrong_method = true;
      continue;
    }
    return {&endpoint, path.substr(endpoint.path.size()), false, {}};
  }
  return match;
}

}  // namespace headgate::server
