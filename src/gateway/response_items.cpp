#include "response_items.hpp"

#include "headgate/gateway/stored_responses.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::gateway {
namespace {

// `[a,b]` behind `[c` gives `[c,a,b`.
void append_items(std::string& list, std::string_view array) {
  if (array.size() <= 2) return;
  if (list.size() > 1) list += ',';
  list.append(array.substr(1, array.size() - 2));
}

// What was stored was written here, and is read like anything that comes from outside.
std::string output_of(const store::StoredResponse& stored) {
  wire::JsonReader json;
  auto text = stored.response;
  wire::pad(text);
  const auto document = json.read_lenient(text);
  return document ? std::string((*document)["output"].source()) : std::string();
}

void note(std::string array, const std::set<std::string, std::less<>>& ids, ItemsById& found) {
  wire::JsonReader json;
  wire::pad(array);
  const auto document = json.read_lenient(array);
  if (!document) return;
  for (const auto item : document->items())
    if (auto id = item["id"].string(); ids.contains(id)) found.emplace(std::move(id), item.source());
}

}  // namespace

std::string items_of_chain(std::span<const store::StoredResponse> chain) {
  std::string list = "[";
  for (const auto& stored : chain) {
    append_items(list, stored.input);
    append_items(list, output_of(stored));
  }
  return list + "]";
}

std::string input_of_last(std::span<const store::StoredResponse> chain) {
  if (chain.empty()) return "[]";
  auto list = items_of_chain(chain.first(chain.size() - 1));
  list.pop_back();
  append_items(list, chain.back().input);
  return list + "]";
}

ItemsById items_by_id(std::span<const store::StoredResponse> stored, const std::set<std::string, std::less<>>& ids) {
  ItemsById found;
  for (const auto& one : stored) {
    note(one.input, ids, found);
    note(output_of(one), ids, found);
  }
  return found;
}

}  // namespace headgate::gateway
