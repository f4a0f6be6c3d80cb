#include "responses_items.hpp"

namespace headgate::dialects::responses {
namespace {

using chat::Source;
using wire::JsonValue;

// "data:image/png;base64,AAAA" is the thing itself, any other address is where it is.
Source source_of(std::string url) {
  constexpr std::string_view scheme = "data:", encoding = ";base64,";
  const auto at = url.find(encoding);
  if (!url.starts_with(scheme) || at == url.npos) return {Source::Kind::url, std::move(url), {}};
  auto type = url.substr(scheme.size(), at - scheme.size());
  type.resize(std::min(type.size(), type.find(';')));
  return {Source::Kind::base64, url.substr(at + encoding.size()), std::move(type)};
}

// Reads one part. False: of a kind that has no word here.
class PartReader {
 public:
  PartReader(JsonValue part, const std::string& path, Complaint& complaint)
      : part_(part, path, complaint), path_(path), complaint_(complaint) {}

  bool read(chat::Part& out) const {
    const auto type = part_["type"];
    if (type.is("input_text") || type.is("output_text") || type.is("text"))
      out.value = chat::Text{part_.needed_text("text")};
    else if (type.is("refusal"))
      out.value = chat::Refusal{part_.needed_text("refusal")};
    else if (type.is("input_image"))
      out.value = chat::Image{image_source(), part_.text("detail")};
    else if (type.is("input_file"))
      out.value = chat::File{file_source(), part_.text("filename")};
    else if (type.is("input_audio"))
      out.value = audio();
    else
      return false;
    out.remember = mark();
    return true;
  }

 private:
  Source image_source() const {
    if (auto url = part_.text("image_url"); !url.empty()) return source_of(std::move(url));
    return named("`image_url` or `file_id`");
  }

  Source file_source() const {
    if (auto url = part_.text("file_url"); !url.empty()) return {Source::Kind::url, std::move(url), {}};
    auto data = part_.text("file_data");
    if (data.empty()) return named("`file_data`, `file_url` or `file_id`");
    auto source = source_of(std::move(data));
    source.kind = Source::Kind::base64;
    return source;
  }

  Source named(std::string_view needed) const {
    auto id = part_.text("file_id");
    if (id.empty()) complaint_.at(path_, "given with " + std::string(needed));
    return {Source::Kind::file_id, std::move(id), {}};
  }

  chat::Audio audio() const {
    const auto audio = part_.fields("input_audio");
    return {{Source::Kind::base64, audio.needed_text("data"), "audio/" + audio.needed_text("format")}};
  }

  std::optional<chat::CacheTime> mark() const {
    if (part_["prompt_cache_breakpoint"].is_object()) return chat::CacheTime::five_minutes;
    const auto mark = part_["cache_control"];
    if (!mark.is_object()) return {};
    return mark["ttl"].is("1h") ? chat::CacheTime::one_hour : chat::CacheTime::five_minutes;
  }

  Fields part_;
  const std::string& path_;
  Complaint& complaint_;
};

}  // namespace

void read_parts(std::vector<chat::Part>& parts, JsonValue content, const std::string& path, Complaint& complaint,
                std::vector<chat::Extra>& extras) {
  if (content.is_string()) {
    parts.push_back(chat::text_part(content.string()));
    return;
  }
  if (!content.is_array()) return complaint.at(path, "a string or an array of parts");
  std::size_t index = 0;
  for (const auto part : content.items()) {
    const auto place = nth(path, index++);
    chat::Part read{chat::Text{}, {}};
    if (!part.is_object())
      complaint.at(place, "an object");
    else if (PartReader(part, place, complaint).read(read))
      parts.push_back(std::move(read));
    else
      extras.push_back({place, std::string(part.source())});
  }
}

}  // namespace headgate::dialects::responses
