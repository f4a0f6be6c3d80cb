#include "json_text.hpp"

#include <set>
#include <vector>

namespace headgate::catalog {

std::optional<Json> parse_json(std::string_view text, DoubleNames names) {
  std::vector<std::set<std::string>> open;  // the names seen in each object around the current place
  bool doubled = false;
  const auto watch = [&](int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) open.emplace_back();
    if (event == Json::parse_event_t::object_end && !open.empty()) open.pop_back();
    if (event == Json::parse_event_t::key && !open.empty())
      doubled = !open.back().insert(*parsed.get_ptr<const std::string*>()).second || doubled;
    return true;
  };
  Json json = names == DoubleNames::refused ? Json::parse(text, watch, false) : Json::parse(text, nullptr, false);
  if (json.is_discarded() || doubled) return std::nullopt;
  return json;
}

std::string shown(const Json& json) {
  constexpr std::size_t line = 80;
  auto text = json.dump(-1, ' ', true);
  if (text.size() > line) text.replace(line, text.npos, "...");
  return text;
}

}  // namespace headgate::catalog
