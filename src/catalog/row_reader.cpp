#include "row_reader.hpp"

#include <algorithm>
#include <array>

#include "headgate/catalog/catalog.hpp"
#include "headgate/core/nearest.hpp"
#include "price_reader.hpp"

namespace headgate::catalog {
namespace {

using core::Result;

constexpr std::size_t max_name = 200, max_list = 64;
constexpr std::size_t max_other_prices = 8;
constexpr std::array<std::string_view, 5> modality_names{"text", "image", "audio", "video", "file"};

Result<std::vector<std::string>> names_in(const Json& json, bool (*fits)(std::string_view), const char* what) {
  const auto* array = json.get_ptr<const Json::array_t*>();
  if (array == nullptr || array->size() > max_list) return wrong(std::string("expected a list of ") + what);
  std::vector<std::string> names;
  for (const auto& one : *array) {
    const auto* name = text_of(&one);
    if (name == nullptr || !fits(*name)) return wrong(shown(one) + " is not one of " + what);
    if (std::find(names.begin(), names.end(), *name) == names.end()) names.push_back(*name);
  }
  return names;
}

Result<void> read_names(const Json& json, bool (*fits)(std::string_view), const char* what,
                        std::vector<std::string>& into) {
  auto names = names_in(json, fits, what);
  if (!names) return names.error();
  into = std::move(*names);
  return {};
}

Result<void> read_tokens(const Json& json, std::optional<core::Tokens>& into) {
  const auto count = count_of(&json, most_tokens);
  if (!json.is_null() && (!count || *count == 0)) return wrong("expected a number of tokens, or null when unknown");
  into = count;
  return {};
}

Result<void> read_features(const Json& json, core::FeatureSet& into, core::FeatureSet& out_of) {
  const auto is_feature = [](std::string_view name) { return core::feature_named(name).has_value(); };
  const auto names = names_in(json, is_feature,
                              "tools, parallel_tools, vision, audio, files, json_object, json_schema, logprobs, n, "
                              "reasoning, prefill and system");
  if (!names) return names.error();
  core::FeatureSet named;
  for (const auto& name : *names) named.add(*core::feature_named(name));
  into = into | named;
  out_of = out_of.without(named);
  return {};
}

Result<ParameterLimit> read_limit(const Json& json) {
  ParameterLimit limit;
  if (const auto* word = text_of(&json); word != nullptr && *word == "unsupported") {
    limit.supported = false;
    return limit;
  }
  const auto* object = json.get_ptr<const Json::object_t*>();
  bool fine = object != nullptr;
  for (const auto& [name, value] : object == nullptr ? Json::object_t() : *object) {
    if (name == "min")
      fine = fine && (limit.min = number_of(&value)).has_value();
    else if (name == "max")
      fine = fine && (limit.max = number_of(&value)).has_value();
    else if (const auto items = count_of(&value, 1'000'000); name == "max_items" && items)
      limit.max_items = static_cast<unsigned>(*items);
    else
      fine = false;
  }
  fine = fine && !(limit.min && limit.max && *limit.min > *limit.max);
  if (!fine) return wrong("a parameter is \"unsupported\" or has limits such as {\"min\": 0, \"max\": 2}");
  return limit;
}

Result<void> read_parameters(const Json& json, Entry& entry) {
  const auto* object = json.get_ptr<const Json::object_t*>();
  if (object == nullptr || object->size() > max_list) return wrong("expected an object of parameters");
  for (const auto& [name, value] : *object) {
    if (!is_name(name)) return wrong("the name of a parameter cannot be read");
    auto limit = read_limit(value);
    if (!limit) return limit.error();
    if (entry.parameters.size() >= max_list) return wrong("more than " + std::to_string(max_list) + " parameters");
    entry.parameters.insert_or_assign(name, *limit);
  }
  return {};
}

Result<void> read_quality(const Json& json, Entry& entry) {
  const auto* object = json.get_ptr<const Json::object_t*>();
  if (object == nullptr) return wrong("expected an object of capabilities");
  for (const auto& [name, value] : *object) {
    const auto capability = core::capability_named(name);
    if (!capability) return wrong(shown(name) + " is no capability");
    const auto score = number_of(member(value, "score"));
    const auto* source = text_of(member(value, "source"));
    if (!score || *score < 0 || *score > 1 || source == nullptr || !is_name(*source) || value.size() != 2)
      return wrong("a quality is {\"score\": 0 to 1, \"source\": \"who measured it\"}");
    entry.quality[static_cast<std::size_t>(*capability)] = Quality{*score, *source};
  }
  return {};
}

Result<void> read_modalities(const Json& json, Entry& entry) {
  const auto* object = json.get_ptr<const Json::object_t*>();
  if (object == nullptr) return wrong("expected {\"input\": [...], \"output\": [...]}");
  for (const auto& [name, value] : *object) {
    if (name != "input" && name != "output") return wrong("expected {\"input\": [...], \"output\": [...]}");
    auto read = read_names(value, is_modality, "text, image, audio, video and file",
                           name == "input" ? entry.input : entry.output);
    if (!read) return read;
  }
  return {};
}

Result<void> read_kind(const Json& json, Entry& entry) {
  const auto* name = text_of(&json);
  const auto found = std::find(kind_names.begin(), kind_names.end(), name == nullptr ? std::string_view() : *name);
  if (found == kind_names.end()) return wrong("expected chat, responses or embedding");
  entry.kind = static_cast<Kind>(found - kind_names.begin());
  return {};
}

Result<void> read_day(const Json* json, std::optional<Day>& into) {
  const auto* text = text_of(json);
  const auto day = text == nullptr ? std::nullopt : day_from(*text);
  if (!json->is_null() && !day) return wrong("expected a day such as 2026-08-06, or null when unknown");
  into = day;
  return {};
}

Result<void> read_row_price(const Json& json, const Json& row, Entry& entry) {
  if (json.is_null()) {
    entry.price.reset();
    return {};
  }
  const auto head = read_head(row);
  if (!head) return head.error();
  auto price = read_price(json, head->origin);
  if (!price) return price.error();
  put_price(std::move(*price), entry);
  return {};
}

using Read = Result<void> (*)(const Json& value, const Json& row, Entry& entry);
struct Member {
  std::string_view name;
  Read read;
};
constexpr Result<void> (*nothing)(const Json&, const Json&, Entry&) = [](const Json&, const Json&, Entry&) {
  return Result<void>();
};
constexpr std::array members{
    Member{"vendor", nothing},
    Member{"model", nothing},
    Member{"source", nothing},
    Member{"as_of", nothing},
    Member{"note", nothing},
    Member{"aliases", [](const Json& v, const Json&, Entry& e) { return read_names(v, is_name, "names", e.aliases); }},
    Member{"kind", [](const Json& v, const Json&, Entry& e) { return read_kind(v, e); }},
    Member{"context_window", [](const Json& v, const Json&, Entry& e) { return read_tokens(v, e.context_window); }},
    Member{"max_output", [](const Json& v, const Json&, Entry& e) { return read_tokens(v, e.max_output); }},
    Member{"dimensions", [](const Json& v, const Json&, Entry& e) { return read_tokens(v, e.dimensions); }},
    Member{"modalities", [](const Json& v, const Json&, Entry& e) { return read_modalities(v, e); }},
    Member{"supports", [](const Json& v, const Json&, Entry& e) { return read_features(v, e.supported, e.lacking); }},
    Member{"lacks", [](const Json& v, const Json&, Entry& e) { return read_features(v, e.lacking, e.supported); }},
    Member{"parameters", [](const Json& v, const Json&, Entry& e) { return read_parameters(v, e); }},
    Member{"deprecation", [](const Json& v, const Json&, Entry& e) { return read_day(&v, e.deprecation); }},
    Member{"price", [](const Json& v, const Json& row, Entry& e) { return read_row_price(v, row, e); }},
    Member{"quality", [](const Json& v, const Json&, Entry& e) { return read_quality(v, e); }},
};

const Member* member_named(std::string_view name) {
  const auto found = std::find_if(members.begin(), members.end(), [=](const Member& one) { return one.name == name; });
  return found == members.end() ? nullptr : &*found;
}

core::Error unknown_member(const std::string& name) {
  std::vector<std::string> known;
  for (const auto& one : members) known.emplace_back(one.name);
  const auto closest = core::nearest(name, known);
  return wrong("a row has no " + shown(name) + "." + (closest.empty() ? "" : " Did you mean `" + closest + "`?"));
}

Result<void> fits_together(const Json& row, const Entry& entry) {
  const auto *supports = member(row, "supports"), *lacks = member(row, "lacks");
  for (const auto& feature : supports == nullptr || lacks == nullptr ? Json::array() : *supports)
    if (std::find(lacks->begin(), lacks->end(), feature) != lacks->end())
      return wrong(shown(feature) + " stands both in `supports` and in `lacks`");
  if (entry.model == any_model && (entry.price || !entry.aliases.empty()))
    return wrong("a row for all models of a vendor has neither price nor aliases");
  return {};
}

}  // namespace

core::Error wrong(std::string what) { return core::Error(core::Code::internal_error, std::move(what)); }

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_modality(std::string_view text) {
  return std::find(modality_names.begin(), modality_names.end(), text) != modality_names.end();
}

void put_price(Price price, Entry& entry) {
  auto& others = entry.other_prices;
  if (entry.price && !entry.price->origin.source.empty()) others.push_back(*entry.price);
  const auto same = [&](const Price& other) { return other.origin.source == price.origin.source; };
  others.erase(std::remove_if(others.begin(), others.end(), same), others.end());
  if (others.size() > max_other_prices) others.erase(others.begin());
  entry.price = std::move(price);
}

std::optional<Json> parse_row(std::string_view line) {
  auto row = parse_json(line, DoubleNames::refused);
  return row && row->is_object() ? std::move(row) : std::nullopt;
}

core::Error no_row() { return wrong("expected one JSON object in this line, no name twice in it"); }

Result<RowHead> read_head(const Json& row) {
  const auto *vendor = text_of(member(row, "vendor")), *model = text_of(member(row, "model"));
  if (vendor == nullptr || !is_name(*vendor) || model == nullptr || !is_name(*model))
    return wrong("a row needs `vendor` and `model`, such as \"vendor\": \"openai\", \"model\": \"gpt-4o\"");
  RowHead head{*vendor, *model, {}};
  if (const auto* source = member(row, "source")) {
    if (text_of(source) == nullptr || !is_name(*text_of(source))) return wrong("`source` is a name without spaces");
    head.origin.source = *text_of(source);
  }
  if (const auto* as_of = member(row, "as_of"))
    if (auto read = read_day(as_of, head.origin.as_of); !read) return wrong("`as_of`: " + read.error().message());
  return head;
}

Result<void> apply(const Json& row, Entry& entry) {
  for (const auto& [name, value] : row.items()) {
    const auto* known = member_named(name);
    if (known == nullptr) return unknown_member(name);
    if (auto read = known->read(value, row, entry); !read) return wrong("`" + name + "`: " + read.error().message());
  }
  return fits_together(row, entry);
}

}  // namespace headgate::catalog
