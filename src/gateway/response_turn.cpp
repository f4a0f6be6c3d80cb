#include "response_turn.hpp"

#include <algorithm>
#include <set>

#include "response_items.hpp"

namespace headgate::gateway {

using core::Code;
using core::Error;
using core::Result;
using net::Task;

namespace responses = dialects::responses;

namespace {

// Responses whose items one request may name: each is looked up.
constexpr std::size_t max_named = 1000;
// Bytes of the items that it names.
constexpr std::size_t max_brought = std::size_t{32} << 20;

Error not_found(const std::string& id, bool stores) {
  auto message = "Previous response with id '" + id.substr(0, 100) + "' not found. ";
  message += stores ? "It was not stored, was deleted, or was kept long enough; send the conversation as `input`."
                    : "Nothing is stored here (`responses.store`); send the conversation as `input`.";
  return Error(Code::invalid_request, std::move(message))
      .with_name("previous_response_not_found")
      .with_param("previous_response_id");
}

Error too_long(bool names_one) {
  return Error(Code::invalid_request,
               "The responses that this one stands on are more than can be joined; send what matters of them as "
               "`input`.")
      .with_param(names_one ? "previous_response_id" : "input");
}

Error damaged() {
  return Error(Code::internal_error, "A stored response is damaged; send the conversation as `input`.");
}

std::string text_of(const net::Outgoing& pieces) {
  std::string text;
  for (const auto& piece : pieces.buffers()) text.append(static_cast<const char*>(piece.data()), piece.size());
  return text;
}

// Of the last event; the whole text where there is no event.
std::size_t last_data(std::string_view text) {
  constexpr std::string_view data = "\ndata: ";
  const auto at = text.rfind(data);
  return at == text.npos ? text.size() : at + data.size();
}

}  // namespace

ResponseTurn::ResponseTurn(Call& call, net::Loop& loop, wire::JsonReader& json)
    : call_(call), loop_(loop), json_(json), store_(call.snapshot.responses.get()), id_(new_response_id()) {}

// What is wrong with a body is said by whoever reads it next.
Task<Result<void>> ResponseTurn::begin() {
  auto document = json_.read(call_.body);
  if (!document) co_return Result<void>();
  state_ = responses::read_state(*document);
  if (state_.background || !state_.conversation.empty()) co_return Result<void>();
  const auto named = responses::named_items(*document);
  if (!named.empty() || !state_.previous_response_id.empty()) {
    if (auto recalled = co_await recall(named); !recalled) co_return recalled;
    document = json_.read(call_.body);
    if (!document) co_return Result<void>();
  }
  stores_ = store_ != nullptr && state_.store && !call_.dry_run;
  if (stores_) responses::append_input_items(input_, *document, id_);
  co_return Result<void>();
}

Task<Result<void>> ResponseTurn::recall(const std::vector<std::string>& named) {
  const auto& previous = state_.previous_response_id;
  if (store_ == nullptr && !previous.empty()) co_return not_found(previous, false);
  store::ResponsesFound found;
  if (store_ != nullptr) {
    std::set<std::string> others;
    for (const auto& item : named) others.insert(responses::response_of_item(item));
    if (others.size() > max_named) co_return too_long(false);
    store::ResponsesAsked asked{call_.record.tenant, previous, {others.begin(), others.end()}};
    StoredResponses stored(loop_, *store_);
    auto answer = co_await stored.find(std::move(asked));
    if (!answer) co_return answer.error();
    found = *std::move(answer);
  }
  if (!found.missing.empty()) co_return not_found(found.missing, true);
  if (found.too_long) co_return too_long(!previous.empty());
  if (auto read = read_chain(found.chain); !read) co_return read;
  co_return bring_in(found, named);
}

Result<void> ResponseTurn::read_chain(const std::vector<store::StoredResponse>& chain) {
  if (chain.empty()) return {};
  auto items = items_of_chain(chain);
  wire::pad(items);
  const auto document = json_.read_lenient(items);
  if (!document) return damaged();
  auto earlier = responses::read_items(*document);
  if (!earlier) return earlier.error();
  earlier_ = *std::move(earlier);
  return {};
}

// An item of the chain has been said.
Result<void> ResponseTurn::bring_in(const store::ResponsesFound& found, const std::vector<std::string>& named) {
  if (named.empty()) return {};
  const std::set<std::string, std::less<>> wanted(named.begin(), named.end());
  const auto said = items_by_id(found.chain, wanted);
  const auto known = items_by_id(found.others, wanted);
  const auto document = json_.read(call_.body);
  if (!document) return document.error();
  // An item may be named any number of times.
  std::size_t brought = 0;
  auto body = responses::with_named_items(*document, [&](std::string_view id) -> std::optional<std::string> {
    if (said.contains(id)) return "";
    const auto item = known.find(id);
    if (item == known.end()) return std::nullopt;
    brought += item->second.size();
    return brought > max_brought ? "" : item->second;
  });
  if (!body) return body.error();
  if (brought > max_brought) return too_long(false);
  body_ = *std::move(body);
  wire::pad(body_);
  call_.body = body_;
  return {};
}

void ResponseTurn::join(chat::Request& request) { responses::join(request, std::move(earlier_), state_); }

Task<bool> ResponseTurn::send(const ReplyHead& head, std::string_view body) {
  if (head.status != 200 || !stores_) co_return co_await call_.reply.send(head, body);
  std::string text(body);
  const auto told = find_object(text, 0);
  bool saved = true;
  if (told) saved = co_await save(told->object);
  if (!saved) text.replace(told->store.at, told->store.size, "false");
  co_return co_await call_.reply.send(head, text);
}

// The last event holds the response. One that failed is not kept, and says so.
Task<bool> ResponseTurn::finish(const net::Outgoing& pieces, bool clean) {
  if (!stores_) co_return co_await call_.reply.finish(pieces, clean);
  auto text = text_of(pieces);
  const auto told = find_object(text, last_data(text));
  bool saved = false;
  if (told && clean) saved = co_await save(told->object);
  if (told && !saved) text.replace(told->store.at, told->store.size, "false");
  net::Outgoing said;
  said.add(text);
  co_return co_await call_.reply.finish(said, clean);
}

// Nothing where the text from there on tells of no response.
std::optional<ResponseTurn::Told> ResponseTurn::find_object(std::string_view text, std::size_t from) {
  std::string json(text.substr(from));
  while (json.ends_with('\n')) json.pop_back();
  wire::pad(json);
  const auto document = json_.read_lenient(json);
  if (!document) return std::nullopt;
  const auto object = from == 0 ? *document : (*document)["response"];
  auto store = object["store"].range();
  if (store.size == 0) return std::nullopt;
  store.at += from;
  return Told{std::string(object.source()), store};
}

// An answer that cannot be stored is an answer all the same.
Task<bool> ResponseTurn::save(std::string object) {
  store::StoredResponse response{call_.record.tenant,         id_,
                                 state_.previous_response_id, call_.record.received,
                                 std::move(input_),           std::move(object)};
  StoredResponses stored(loop_, *store_);
  const auto saved = co_await stored.save(std::move(response));
  lost_ = !saved.has_value();
  if (lost_) call_.record.detail = "the response is not stored: " + saved.error().detail();
  co_return saved.has_value();
}

}  // namespace headgate::gateway
