#include "stored_responses.hpp"

#include <charconv>

#include "headgate/dialects/responses.hpp"
#include "headgate/gateway/stored_responses.hpp"
#include "headgate/wire/json_writer.hpp"

namespace headgate::server {

using core::Code;
using core::Error;
using core::Result;
using net::Task;

namespace {

constexpr std::string_view of_input = "/input_items", of_cancel = "/cancel";
constexpr std::size_t max_items = 100;

Error not_found(std::string_view id) {
  return Error(Code::invalid_request, "Response with id '" + std::string(id.substr(0, 100)) +
                                          "' not found. It was not stored, was deleted, or was kept long enough.")
      .with_status(404)
      .with_name("response_not_found")
      .with_param("id");
}

Error unknown_url() {
  return Error(Code::unknown_url,
               "Of a response, GET and DELETE /v1/responses/{id} and GET /v1/responses/{id}/input_items are served "
               "here.");
}

Error unusable(std::string_view param, std::string_view expected) {
  return Error(Code::invalid_request, "`" + std::string(param) + "` must be " + std::string(expected) + ".")
      .with_param(std::string(param));
}

bool take_end(std::string_view& text, std::string_view end) {
  if (!text.ends_with(end)) return false;
  text.remove_suffix(end.size());
  return true;
}

// The ids that are named here hold nothing that a URL must escape.
std::string_view parameter(std::string_view target, std::string_view name) {
  const auto mark = target.find('?');
  auto rest = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  while (!rest.empty()) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) return pair.substr(name.size() + 1);
  }
  return {};
}

Result<dialects::responses::Page> read_page(std::string_view target) {
  dialects::responses::Page page;
  if (const auto limit = parameter(target, "limit"); !limit.empty()) {
    const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), page.limit);
    if (error != std::errc() || end != limit.data() + limit.size() || page.limit < 1 || page.limit > max_items)
      return unusable("limit", "a number from 1 to 100");
  }
  const auto order = parameter(target, "order");
  if (!order.empty() && order != "asc" && order != "desc") return unusable("order", "asc or desc");
  page.ascending = order == "asc";
  page.after = parameter(target, "after");
  return page;
}

bool holds(wire::JsonValue items, std::string_view id) {
  for (const auto item : items.items())
    if (item["id"].is(id)) return true;
  return false;
}

Result<std::string> page_of(std::string items, std::string_view target) {
  const auto page = read_page(target);
  if (!page) return page.error();
  wire::JsonReader json;
  wire::pad(items);
  const auto document = json.read_lenient(items);
  if (!document) return Error(Code::internal_error, "The stored response is damaged.");
  if (!page->after.empty() && !holds(*document, page->after)) return unusable("after", "the id of an item of the list");
  std::string list;
  dialects::responses::append_item_list(list, *document, *page);
  return list;
}

std::string deleted_object(std::string_view id) {
  std::string body;
  wire::JsonWriter(body)
      .begin_object()
      .member("id", id)
      .member("object", "response")
      .member("deleted", true)
      .end_object();
  return body;
}

// One response or all it stands on, and what is told of them.
Task<Result<std::string>> show(const Request& request, gateway::StoredResponses stored, std::string_view id) {
  if (parameter(request.head.target, "stream") == "true")
    co_return unusable("stream", "false: a response that was answered is shown whole");
  const bool lists = take_end(id, of_input);
  if (id.find('/') != id.npos) co_return unknown_url();
  store::ResponsesAsked asked{request.record.tenant, {}, {}};
  if (lists)
    asked.last = id;
  else
    asked.others.emplace_back(id);
  auto found = co_await stored.find(std::move(asked));
  if (!found) co_return found.error();
  const auto& here = lists ? found->chain : found->others;
  if (here.empty()) co_return not_found(id);
  if (!lists) co_return std::move(found->others.front().response);
  co_return page_of(gateway::input_of_last(found->chain), request.head.target);
}

Task<Result<std::string>> erase(const Request& request, gateway::StoredResponses stored, std::string_view id) {
  if (id.find('/') != id.npos) co_return unknown_url();
  const auto erased = co_await stored.erase(request.record.tenant, std::string(id));
  if (!erased) co_return erased.error();
  co_return *erased ? Result<std::string>(deleted_object(id)) : Result<std::string>(not_found(id));
}

Task<Result<std::string>> refuse_cancel(const Request& request, gateway::StoredResponses stored, std::string_view id) {
  if (!take_end(id, of_cancel) || id.find('/') != id.npos) co_return unknown_url();
  store::ResponsesAsked asked{request.record.tenant, {}, {}};
  asked.others.emplace_back(id);
  const auto found = co_await stored.find(std::move(asked));
  if (!found) co_return found.error();
  if (found->others.empty()) co_return not_found(id);
  co_return Error(Code::invalid_request,
                  "Only a response made with `background` can be cancelled, and none is made here; to end one that is "
                  "being answered, close the connection.")
      .with_param("id");
}

Task<Result<std::string>> act(const Request& request, net::Loop& loop) {
  const auto id = request.match.rest;
  auto* const store = request.snapshot->responses.get();
  if (store == nullptr) co_return not_found(id.substr(0, id.find('/')));
  const gateway::StoredResponses stored(loop, *store);
  switch (request.match.endpoint->action) {
    case Action::show_response: co_return co_await show(request, stored, id);
    case Action::delete_response: co_return co_await erase(request, stored, id);
    default: co_return co_await refuse_cancel(request, stored, id);
  }
}

}  // namespace

Task<void> answer_stored(Request& request, net::Loop& loop) {
  const auto said = co_await act(request, loop);
  if (said) {
    co_await request.reply.send({}, *said);
    co_return;
  }
  const auto& error = said.error();
  request.record.outcome = error.name();
  request.record.detail = error.detail();
  const auto reply = gateway::error_reply(error, request.match.endpoint->dialect, request.record.id);
  co_await request.reply.send({error.status(), "application/json", reply.fields}, reply.body);
}

}  // namespace headgate::server
