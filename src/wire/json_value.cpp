#include "headgate/wire/json.hpp"
#include "json_escapes.hpp"
#include "json_number.hpp"

namespace headgate::wire {

bool JsonValue::is_empty() const {
  if (is_string()) return inside_quotes().empty();
  return holds_nodes() ? node_->span == 1 : !is_set();
}

// Most names differ in length or in their first letter.
void JsonValue::find(std::string_view name, JsonValue& found) const {
  const char first = name.empty() ? '"' : name.front();
  const JsonNode* const end = node_ + node_->span;
  for (const JsonNode* member = node_ + 1; member != end; member += 1 + member[1].span) {
    const bool may_be = member->end - member->at == name.size() + 2 && text_[member->at + 1] == first;
    if ((may_be || member->escaped) && JsonValue(member, text_).is(name)) found = {member + 1, text_};
  }
}

std::optional<bool> JsonValue::boolean() const {
  if (kind() != JsonKind::boolean) return std::nullopt;
  return text_[node_->at] == 't';
}

std::optional<std::uint64_t> JsonValue::count() const {
  std::uint64_t count = 0;
  if (kind() != JsonKind::number || !read_whole(source(), count)) return std::nullopt;
  return count;
}

std::optional<double> JsonValue::number() const {
  double number = 0;
  if (kind() != JsonKind::number || !read_whole(source(), number)) return std::nullopt;
  return number;
}

std::string_view JsonValue::string(std::string& scratch) const {
  if (!is_string()) return {};
  if (!node_->escaped) return inside_quotes();
  scratch.clear();
  append_unescaped(scratch, inside_quotes());
  return scratch;
}

std::string_view JsonValue::ends(std::size_t most, std::string& scratch) const {
  if (!is_string() || inside_quotes().size() <= most) return string(scratch);
  const auto whole = inside_quotes();
  scratch.clear();
  for (const auto part : {whole.substr(0, most / 2), whole.substr(whole.size() - most / 2)})
    node_->escaped ? append_unescaped(scratch, part) : void(scratch.append(part));
  return scratch;
}

std::string JsonValue::string() const {
  std::string scratch;
  return std::string(string(scratch));
}

bool JsonValue::is_unescaped(std::string_view text) const { return string() == text; }

void append_json_string(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  const bool valid = simdjson::validate_utf8(text.data(), text.size());
  out.push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte < 0x20 || byte == 0x7f) {
      if (c == '\n')
        out.append("\\n");
      else if (c == '\t')
        out.append("\\t");
      else
        out.append("\\u00").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
    } else if (byte >= 0x80 && !valid) {
      out.append("\\ufffd");
    } else {
      out.push_back(c);
    }
  }
  out.push_back('"');
}

}  // namespace headgate::wire
