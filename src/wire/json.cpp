#include "headgate/wire/json.hpp"

#include <algorithm>
#include <charconv>

#include "json_escapes.hpp"
#include "json_number.hpp"

namespace headgate::wire {
namespace {

constexpr std::size_t worth_giving_back = 256 * 1024;

// One of 64 marks for a name: two names with different marks differ. `name` stands in its quotes.
std::uint64_t mark_of(std::string_view name) {
  const auto letter = [name](std::size_t at) { return static_cast<unsigned>(static_cast<unsigned char>(name[at])); };
  return std::uint64_t{1} << ((name.size() + letter(1) * 3 + letter(name.size() - 2) * 7) & 63);
}

// Whether all of an object's names differ.
bool names_differ(const JsonValue& object) {
  constexpr std::size_t few = 16;
  std::string_view seen[few];
  std::size_t count = 0;
  std::uint64_t marks = 0;
  for (const auto member : object.members()) {
    if (count == few || member.name.is_escaped()) {
      count = few;
      break;
    }
    const auto name = member.name.source();
    const auto mark = mark_of(name);
    if ((marks & mark) != 0 && std::find(seen, seen + count, name) != seen + count) return false;
    marks |= mark;
    seen[count++] = name;
  }
  if (count < few) return true;
  std::vector<std::string> all;
  for (const auto member : object.members()) all.push_back(member.name.string());
  std::sort(all.begin(), all.end());
  return std::adjacent_find(all.begin(), all.end()) == all.end();
}

enum class Flaw : std::uint8_t { none, grammar, escape, number, depth, repeated_name };

// Judges the grammar along the positions simdjson found, and notes every value on the way. The positions lie inside the
// text, so that its bytes are read without a check of their own.
class Grammar {
 public:
  Grammar(std::string_view text, const simdjson::internal::dom_parser_implementation& structure, JsonNode* nodes,
          bool strict)
      : text_(text),
        next_(structure.structural_indexes.get()),
        end_(next_ + structure.n_structural_indexes),
        escapes_(text),
        free_(nodes),
        strict_(strict) {}

  // How many values a text of so many positions holds at most: all but the last on a level bring a
  // comma along, names a colon, and containers that are still open may lack their end.
  static std::size_t most_nodes(std::size_t positions) { return positions / 2 + max_json_depth + 2; }

  Flaw judge() {
    if (const auto flaw = value(0); flaw != Flaw::none) return flaw;
    return next_ == end_ ? Flaw::none : Flaw::grammar;
  }

 private:
  Flaw value(std::size_t depth) {
    if (next_ == end_) return Flaw::grammar;
    switch (text_.data()[*next_]) {
      case '{': return depth == max_json_depth ? Flaw::depth : object(depth + 1);
      case '[': return depth == max_json_depth ? Flaw::depth : array(depth + 1);
      case '"': return string();
      case 't': return word("true", JsonKind::boolean);
      case 'f': return word("false", JsonKind::boolean);
      case 'n': return word("null", JsonKind::null);
      default: return number();
    }
  }

  Flaw object(std::size_t depth) {
    JsonNode& node = open(JsonKind::object);
    if (!take('}')) {
      do {
        if (!sees('"')) return Flaw::grammar;
        if (const auto flaw = string(); flaw != Flaw::none) return flaw;
        if (!take(':')) return Flaw::grammar;
        if (const auto flaw = value(depth); flaw != Flaw::none) return flaw;
      } while (take(','));
      if (!take('}')) return Flaw::grammar;
    }
    close(node);
    return !strict_ || names_differ({&node, text_.data()}) ? Flaw::none : Flaw::repeated_name;
  }

  Flaw array(std::size_t depth) {
    JsonNode& node = open(JsonKind::array);
    if (!take(']')) {
      do {
        if (const auto flaw = value(depth); flaw != Flaw::none) return flaw;
      } while (take(','));
      if (!take(']')) return Flaw::grammar;
    }
    close(node);
    return Flaw::none;
  }

  Flaw string() {
    const std::size_t at = *next_++;
    const auto end = end_of_scalar();
    if (end < at + 2 || text_.data()[end - 1] != '"') return Flaw::grammar;
    const auto escapes = escapes_.check(at + 1, end - 1, strict_);
    if (escapes == Escapes::wrong) return Flaw::escape;
    note(at, end, JsonKind::string, escapes == Escapes::right);
    return Flaw::none;
  }

  Flaw word(std::string_view word, JsonKind kind) {
    const std::size_t at = *next_++;
    const auto end = end_of_scalar();
    if (text_.substr(at, end - at) != word) return Flaw::grammar;
    note(at, end, kind, false);
    return Flaw::none;
  }

  Flaw number() {
    const std::size_t at = *next_++;
    const auto end = end_of_scalar();
    const auto digits = text_.substr(at, end - at);
    const bool sound = is_short_count(digits) || (is_json_number(digits) && (strict_ || fits_a_machine_number(digits)));
    if (!sound) return Flaw::number;
    note(at, end, JsonKind::number, false);
    return Flaw::none;
  }

  // Nothing but blanks stands between a scalar and what follows it: anything else would be a
  // position of its own, or part of the scalar and so make it no scalar.
  std::size_t end_of_scalar() const {
    std::size_t end = next_ == end_ ? text_.size() : *next_;
    while (is_blank(text_.data()[end - 1])) --end;
    return end;
  }

  static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  bool sees(char c) const { return next_ != end_ && text_.data()[*next_] == c; }
  bool take(char c) {
    if (!sees(c)) return false;
    ++next_;
    return true;
  }

  JsonNode& open(JsonKind kind) { return note(*next_++, 0, kind, false); }
  void close(JsonNode& node) {
    node.end = *(next_ - 1) + 1;
    node.span = static_cast<std::uint32_t>(free_ - &node);
  }
  JsonNode& note(std::size_t at, std::size_t end, JsonKind kind, bool escaped) {
    *free_ = {static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end), 1, kind, escaped};
    return *free_++;
  }

  std::string_view text_;
  const std::uint32_t* next_;
  const std::uint32_t* end_;
  Escapes escapes_;
  JsonNode* free_;
  bool strict_;
};

core::Error invalid(std::string message, std::string detail = {}) {
  return core::Error(core::Code::invalid_json, std::move(message)).with_detail(std::move(detail));
}

core::Error explain(simdjson::error_code code) {
  switch (code) {
    case simdjson::UTF8_ERROR: return invalid("The body is not valid UTF-8.");
    case simdjson::EMPTY: return invalid("The body is empty; a JSON object is expected.");
    case simdjson::UNCLOSED_STRING: return invalid("The body is not valid JSON: a string is not closed.");
    case simdjson::UNESCAPED_CHARS:
      return invalid("The body is not valid JSON: a control character stands in a string without its escape.");
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY: return core::Error(core::Code::overloaded, "The body is too large to be read.");
    default: return invalid("The body is not valid JSON.", simdjson::error_message(code));
  }
}

core::Error explain(Flaw flaw) {
  switch (flaw) {
    case Flaw::depth: return invalid("The body nests deeper than 64 levels.");
    case Flaw::escape: return invalid("The body is not valid JSON: a string holds a wrong escape.");
    case Flaw::number: return invalid("The body is not valid JSON: a malformed number or word.");
    case Flaw::repeated_name: return invalid("The body is ambiguous: an object holds the same key twice.");
    default: return invalid("The body is not valid JSON.");
  }
}

}  // namespace

void pad(std::string& text) {
  const auto size = text.size();
  text.resize(size + json_padding);
  text.resize(size);
}

simdjson::error_code JsonReader::find_structure(std::string_view text) {
  constexpr std::size_t first_capacity = 16 * 1024;
  if (text.size() > simdjson::SIMDJSON_MAXSIZE_BYTES) return simdjson::CAPACITY;
  if (structure_ == nullptr || structure_->capacity() < text.size()) {
    structure_.reset();
    const auto error = simdjson::get_active_implementation()->create_dom_parser_implementation(
        std::max(text.size(), first_capacity), max_json_depth, structure_);
    if (error != simdjson::SUCCESS) return error;
  }
  return structure_->stage1(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
                            simdjson::stage1_mode::regular);
}

core::Result<JsonValue> JsonReader::read(std::string_view text, bool strict) {
  if (const auto error = find_structure(text); error != simdjson::SUCCESS) return explain(error);
  const auto most = Grammar::most_nodes(structure_->n_structural_indexes);
  if (strict && most > max_json_values) return invalid("The body holds more than a million values.");
  if (nodes_.size() < most) nodes_.resize(most);
  if (const auto flaw = Grammar(text, *structure_, nodes_.data(), strict).judge(); flaw != Flaw::none)
    return explain(flaw);
  text_ = text.data();
  return document();
}

void JsonReader::shrink() {
  if (structure_ != nullptr && structure_->capacity() > worth_giving_back) structure_.reset();
  if (nodes_.capacity() * sizeof(JsonNode) > worth_giving_back) nodes_ = {};
}

}  // namespace headgate::wire
