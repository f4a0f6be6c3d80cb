// What is kept of a conversation: the items of a request, beside the response object.
#include <algorithm>
#include <array>

#include "responses_items.hpp"
#include "responses_output.hpp"

namespace headgate::dialects::responses {
namespace {

using wire::JsonValue;
using wire::JsonWriter;

class ItemWriter {
 public:
  ItemWriter(std::string& out, std::string_view response) : out_(out), response_(response), json_(out) {}

  void begin() { json_.begin_array(); }
  void end() { json_.end_array(); }

  void add_question(JsonValue text) {
    begin_message({}, "user");
    add_text(text, "input_text");
    end_message();
  }

  void add(JsonValue item) {
    if (item["role"].is_set())
      add_message(item);
    else
      add_other(item);
    ++index_;
  }

 private:
  void begin_message(JsonValue id, std::string_view role) {
    json_.begin_object();
    add_id(id, "msg_");
    json_.member("type", "message").member("status", "completed").member("role", role).name("content").begin_array();
  }
  void end_message() { json_.end_array().end_object(); }

  void add_id(JsonValue id, std::string_view prefix) {
    if (id.is_string() && !id.is_empty())
      json_.raw_member("id", id.source());
    else
      json_.member("id", item_id(prefix, response_, "in" + std::to_string(index_)));
  }

  void add_message(JsonValue item) {
    const bool says = item["role"].is("assistant");
    begin_message(item["id"], item["role"].string());
    const auto content = item["content"];
    if (content.is_string()) add_text(content, says ? "output_text" : "input_text");
    for (const auto part : content.items()) add_part(part);
    end_message();
  }

  void add_text(JsonValue text, std::string_view type) {
    json_.begin_object().member("type", type).raw_member("text", text.source());
    if (type == "output_text") json_.raw_member("annotations", "[]").raw_member("logprobs", "[]");
    json_.end_object();
  }

  // With what the types of clients demand.
  void add_part(JsonValue part) {
    json_.begin_object();
    copy(part, {});
    const auto type = part["type"];
    if (type.is("input_image") && !part["detail"].is_set()) json_.member("detail", "auto");
    if (type.is("output_text"))
      for (const std::string_view name : {"annotations", "logprobs"})
        if (!part[name].is_set()) json_.raw_member(name, "[]");
    json_.end_object();
  }

  void add_other(JsonValue item) {
    const auto type = item["type"].string();
    json_.begin_object();
    const bool calls = type.ends_with("_call"), answers = type.ends_with("_call_output");
    add_id(item["id"], calls ? "fc_" : answers ? "fco_" : "rs_");
    copy(item, {"id", "status"});
    if (calls || answers) json_.member("status", "completed");
    json_.end_object();
  }

  void copy(JsonValue object, std::initializer_list<std::string_view> but) {
    for (const auto member : object.members()) {
      if (std::any_of(but.begin(), but.end(), [&](auto one) { return member.name.is(one); })) continue;
      json_.raw(member.name.source());
      out_ += ':';
      json_.raw(member.value.source());
    }
  }

  std::string& out_;
  std::string_view response_;
  JsonWriter json_;
  std::size_t index_ = 0;
};

}  // namespace

void append_input_items(std::string& out, JsonValue body, std::string_view response_id) {
  ItemWriter writer(out, response_id);
  writer.begin();
  const auto input = body["input"];
  if (input.is_string()) writer.add_question(input);
  for (const auto item : input.items()) writer.add(item);
  writer.end();
}

void append_item_list(std::string& out, JsonValue items, const Page& page) {
  std::vector<JsonValue> all;
  for (const auto item : items.items()) all.push_back(item);
  if (!page.ascending) std::reverse(all.begin(), all.end());
  auto first = all.begin();
  if (!page.after.empty()) {
    first = std::find_if(all.begin(), all.end(), [&](JsonValue item) { return item["id"].is(page.after); });
    if (first != all.end()) ++first;
  }
  const auto left = static_cast<std::size_t>(all.end() - first);
  const auto count = std::min(page.limit, left);
  const auto id_at = [&](std::size_t place) {
    return count == 0 ? std::string() : first[static_cast<std::ptrdiff_t>(place)]["id"].string();
  };
  JsonWriter json(out);
  json.begin_object().member("object", "list").name("data").begin_array();
  for (std::size_t i = 0; i < count; ++i) json.raw(first[static_cast<std::ptrdiff_t>(i)].source());
  json.end_array().member("first_id", id_at(0)).member("last_id", id_at(count - 1)).member("has_more", count < left);
  json.end_object();
}

core::Result<std::vector<chat::Message>> read_items(JsonValue items) {
  Complaint complaint;
  ItemReader reader(complaint, ItemReader::Arguments::as_they_are);
  std::size_t index = 0;
  for (const auto item : items.items()) reader.add(item, nth("items", index++));
  if (complaint.error()) return *complaint.error();
  if (!reader.take_extras().empty())
    return core::Error(core::Code::invalid_request, "The earlier response holds what no other model can be told.")
        .with_param("previous_response_id");
  return reader.take_messages();
}

}  // namespace headgate::dialects::responses
