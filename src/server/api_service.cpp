#include "api_service.hpp"

#include <nlohmann/json.hpp>

#include "array_reply.hpp"
#include "feedback.hpp"
#include "headgate/dialects/codec.hpp"
#include "headgate/dialects/models.hpp"
#include "headgate/wire/trace_context.hpp"
#include "method_path.hpp"
#include "stored_responses.hpp"

namespace headgate::server {

using net::Task;
using wire::Field;

namespace {

nlohmann::ordered_json model_object(std::string_view id, std::string_view owner, std::int64_t created) {
  return {{"id", id}, {"object", "model"}, {"created", created}, {"owned_by", owner}};
}

std::vector<dialects::ListedModel> listed(const gateway::Snapshot& snapshot) {
  std::vector<dialects::ListedModel> models;
  for (const auto& model : snapshot.router.models()) models.push_back({model.name, model.provider, snapshot.created});
  for (const auto& pool : snapshot.router.pools()) {
    if (pool.name == "default") models.push_back({"auto", "headgate", snapshot.created});
    models.push_back({"pool:" + pool.name, "headgate", snapshot.created});
  }
  return models;
}

// One path serves two shapes: who names the version of a dialect's API expects that dialect's.
dialects::Dialect list_dialect(const Request& request) {
  return dialects::list_dialect(request.match.endpoint->dialect, request.head_text);
}

gateway::Wishes wishes_of(const Request& request) {
  const auto& fields = request.head.fields;
  return {request.head_text, fields[Field::x_headgate_max_cost], fields[Field::x_headgate_deadline_ms],
          fields[Field::x_headgate_tags]};
}

Task<void> refuse(Request& request, core::Error error) {
  request.record.outcome = error.name();
  const auto reply = gateway::error_reply(error, request.match.endpoint->dialect, request.record.id);
  co_await request.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

Task<void> show_model(Request& request) {
  const auto name = percent_decoded(request.match.rest);
  const auto& router = request.snapshot->router;
  for (const auto& model : router.models()) {
    if (model.name != name) continue;
    const auto body = model_object(model.name, model.provider, request.snapshot->created).dump();
    co_await request.reply.send({}, body);
    co_return;
  }
  if (const auto known = router.check_name(name); known) {
    const auto body = model_object(name, "headgate", request.snapshot->created).dump();
    co_await request.reply.send({}, body);
  } else {
    co_await refuse(request, known.error());
  }
}

core::Error unknown_method() {
  return core::Error(core::Code::unknown_url,
                     "Of a model's methods, generateContent, streamGenerateContent and countTokens are served here.");
}

// What else is wrong with the body is said by who reads it.
std::string model_in(std::string_view body) {
  wire::JsonReader json;
  const auto document = json.read(body);
  return document ? (*document)["model"].string() : std::string();
}

Task<void> count_tokens(Request& request, std::string model) {
  if (!model.empty())
    if (const auto known = request.snapshot->router.check_name(model); !known)
      co_return co_await refuse(request, known.error());
  const auto dialect = request.match.endpoint->dialect;
  const auto tokens = gateway::count_tokens(dialect, request.body);
  if (!tokens) co_return co_await refuse(request, tokens.error());
  std::string body;
  dialects::codec_of(dialect).append_token_count(body, *tokens);
  co_await request.reply.send({}, body);
}

Task<void> take_feedback(Request& request, const Collaborators& ask) {
  const auto feedback = read_feedback(request.body);
  if (!feedback) co_return co_await refuse(request, feedback.error());
  const bool known = ask.rate(feedback->request_id, request.record.tenant, feedback->score);
  if (known) {
    co_await request.reply.send({}, R"({"accepted":true})");
  } else {
    co_await refuse(
        request,
        core::Error(core::Code::invalid_request,
                    "No answer of this id is remembered for this key, or it was rated already. Only the latest "
                    "are remembered.")
            .with_param("request_id"));
  }
}

}  // namespace

// Where a key is asked for, a page of somebody else's cannot show one.
core::Result<void> ApiService::admit(const wire::RequestHead& head, const gateway::Snapshot& snapshot) const {
  if (snapshot.access.auth != access::Auth::open) return {};
  return check_origin(head, is_local_);
}

core::Result<access::Identity> ApiService::identify(const wire::RequestHead& head, const gateway::Snapshot& snapshot,
                                                    core::WallTime now) const {
  const auto own_header = head.fields[head.fields[Field::x_api_key].empty() ? Field::x_goog_api_key : Field::x_api_key];
  const auto key = access::credential(head.fields[Field::authorization], own_header);
  auto identity = snapshot.keys.identify(key, now);
  // Without a duty to show a key, a key of ours still says who is calling.
  if (!identity && snapshot.access.auth == access::Auth::open) return access::Identity{"default", "", {}};
  return identity;
}

Task<void> ApiService::forward_method(Request& request) {
  using Method = MethodPath::Method;
  const auto path = read_method_path(request.match.rest);
  if (!path) co_return co_await refuse(request, unknown_method());
  if (path->method == Method::count_tokens) co_return co_await count_tokens(request, path->model);
  const bool stream = path->method == Method::stream;
  ArrayReply array(request.reply);
  const bool as_array = stream && !asks_for_events(request.head.target);
  co_await forward(request, {path->model, stream}, as_array ? array : request.reply);
}

Task<void> ApiService::forward(Request& request, gateway::SaidInPath path, gateway::ReplyWriter& reply) {
  std::string traceparent;
  if (auto trace = wire::read_traceparent(request.head.fields[Field::traceparent])) {
    request.record.trace_id = trace->trace_id;
    trace->parent_id = context_.ids.span_id();
    traceparent = wire::write_traceparent(*trace);
  }
  const auto tracestate = traceparent.empty() ? std::string_view() : request.head.fields[Field::tracestate];
  request.record.dry_run = request.head.fields[Field::x_headgate_dry_run] == "1";
  gateway::Call call{request.match.endpoint->forwards,
                     request.body,
                     traceparent,
                     tracestate,
                     wishes_of(request),
                     request.record.dry_run,
                     *request.snapshot,
                     reply,
                     request.interrupt,
                     request.record,
                     {},
                     request.match.endpoint->dialect,
                     path,
                     nullptr,
                     request.head.fields[Field::content_type]};
  const metrics::Presence in_flight(context_.metrics.in_flight);
  co_await gateway_.answer(call);
}

Task<void> answer_ready(Request& request, const Context& context) {
  const bool ready = !context.draining && !request.snapshot->targets.empty();
  const bool overdue = ready && context.collaborators.drill_overdue();
  const std::string_view body = context.draining ? R"({"status":"draining"})"
                                : overdue        ? R"({"status":"ready","drill":"overdue"})"
                                : ready          ? R"({"status":"ready"})"
                                                 : R"({"status":"no models"})";
  co_await request.reply.send({ready ? 200 : 503}, body);
}

Task<void> ApiService::answer(Request& request) {
  switch (request.match.endpoint->action) {
    case Action::forward: return forward(request, {}, request.reply);
    case Action::forward_method: return forward_method(request);
    default: return answer_itself(request);
  }
}

Task<void> ApiService::answer_itself(Request& request) {
  switch (request.match.endpoint->action) {
    case Action::list_models: {
      std::string body;
      dialects::append_models(body, list_dialect(request), listed(*request.snapshot));
      co_await request.reply.send({}, body);
      co_return;
    }
    case Action::count_tokens: co_return co_await count_tokens(request, model_in(request.body));
    case Action::show_response:
    case Action::delete_response:
    case Action::cancel_response: co_return co_await answer_stored(request, context_.loop);
    case Action::take_feedback: co_return co_await take_feedback(request, context_.collaborators);
    case Action::show_model: co_return co_await show_model(request);
    case Action::live: co_await request.reply.send({}, R"({"status":"live"})"); co_return;
    case Action::ready: co_return co_await answer_ready(request, context_);
    case Action::greet:
      co_await request.reply.send({}, R"({"name":"headgate","api":"/v1","health":"/health/ready"})");
      co_return;
    default: co_return;
  }
}

}  // namespace headgate::server
