#include "api_service.hpp"

#include <nlohmann/json.hpp>

#include "feedback.hpp"
#include "headgate/wire/trace_context.hpp"

namespace headgate::server {

using net::Task;
using wire::Field;

namespace {

nlohmann::ordered_json model_object(std::string_view id, std::string_view owner, std::int64_t created) {
  return {{"id", id}, {"object", "model"}, {"created", created}, {"owned_by", owner}};
}

std::string model_list(const gateway::Snapshot& snapshot) {
  nlohmann::ordered_json list{{"object", "list"}, {"data", nlohmann::ordered_json::array()}};
  for (const auto& model : snapshot.router.models())
    list["data"].push_back(model_object(model.name, model.provider, snapshot.created));
  for (const auto& pool : snapshot.router.pools()) {
    if (pool.name == "default") list["data"].push_back(model_object("auto", "headgate", snapshot.created));
    list["data"].push_back(model_object("pool:" + pool.name, "headgate", snapshot.created));
  }
  return list.dump();
}

gateway::Wishes wishes_of(const Request& request) {
  const auto& fields = request.head.fields;
  return {request.head_text, fields[Field::x_headgate_max_cost], fields[Field::x_headgate_deadline_ms],
          fields[Field::x_headgate_tags]};
}

Task<void> refuse(Request& request, core::Error error) {
  request.record.outcome = error.name();
  const auto reply = gateway::error_reply(error);
  co_await request.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

Task<void> show_model(Request& request) {
  const auto name = request.match.rest;
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
  const auto key = access::credential(head.fields[Field::authorization], head.fields[Field::x_api_key]);
  auto identity = snapshot.keys.identify(key, now);
  // Without a duty to show a key, a key of ours still says who is calling.
  if (!identity && snapshot.access.auth == access::Auth::open) return access::Identity{"default", "", {}};
  return identity;
}

Task<void> ApiService::forward(Request& request) {
  std::string traceparent;
  if (auto trace = wire::read_traceparent(request.head.fields[Field::traceparent])) {
    request.record.trace_id = trace->trace_id;
    trace->parent_id = context_.ids.span_id();
    traceparent = wire::write_traceparent(*trace);
  }
  const auto tracestate = traceparent.empty() ? std::string_view() : request.head.fields[Field::tracestate];
  request.record.dry_run = request.head.fields[Field::x_headgate_dry_run] == "1";
  gateway::Call call{
      request.match.endpoint->forwards, request.body,      traceparent,   tracestate,        wishes_of(request),
      request.record.dry_run,           *request.snapshot, request.reply, request.interrupt, request.record};
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
  return request.match.endpoint->action == Action::forward ? forward(request) : answer_itself(request);
}

Task<void> ApiService::answer_itself(Request& request) {
  switch (request.match.endpoint->action) {
    case Action::list_models: {
      const auto body = model_list(*request.snapshot);
      co_await request.reply.send({}, body);
      co_return;
    }
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
