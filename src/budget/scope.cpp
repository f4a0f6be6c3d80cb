#include "headgate/budget/scope.hpp"

#include <algorithm>
#include <cctype>

namespace headgate::budget {
namespace {

bool matches(const std::optional<std::string>& wanted, std::string_view found) { return !wanted || *wanted == found; }

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= max_tag_size && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-.:/").find(c) != std::string_view::npos;
  });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

core::Error malformed() {
  return core::Error(core::Code::invalid_request,
                     "x-headgate-tags takes up to 8 tags joined by commas, each of 1 to 64 letters, digits or _-.:/")
      .with_param("x-headgate-tags");
}

}  // namespace

bool Scope::covers(const Charge& charge) const {
  return matches(tenant, charge.tenant) && matches(key_id, charge.key_id) && matches(model, charge.model) &&
         matches(provider, charge.provider) &&
         (!tag || std::find(charge.tags.begin(), charge.tags.end(), *tag) != charge.tags.end());
}

core::Result<std::vector<std::string>> parse_tags(std::string_view text) {
  std::vector<std::string> tags;
  if (trimmed(text).empty()) return tags;
  for (std::size_t at = 0; at <= text.size();) {
    const auto comma = std::min(text.find(',', at), text.size());
    const auto tag = trimmed(text.substr(at, comma - at));
    at = comma + 1;
    if (!is_tag(tag)) return malformed();
    if (std::find(tags.begin(), tags.end(), tag) != tags.end()) continue;
    if (tags.size() == max_tags) return malformed();
    tags.emplace_back(tag);
  }
  return tags;
}

}  // namespace headgate::budget
