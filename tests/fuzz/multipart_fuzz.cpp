// Any bytes as a form: its first line is the content-type, the rest the body. What is read lies in the body, in order
// and apart, and a request that is understood is understood again with another model in it.
#include "headgate/wire/multipart.hpp"
#include "headgate/wire/openai_passthrough.hpp"
#include "input.hpp"

namespace {

using headgate::test::require;
using headgate::wire::Surface;
namespace openai = headgate::wire::openai;

void read_parts(std::string_view content_type, std::string_view body) {
  const auto parts = headgate::wire::read_form(content_type, body);
  if (!parts) return;
  require(!parts->empty() && parts->size() <= headgate::wire::max_form_parts);
  std::size_t end = 0;
  for (const auto& part : *parts) {
    require(part.head_at >= end && part.value.at >= part.head_at && part.value.end() <= body.size());
    end = part.value.end();
  }
}

void read_request(std::string_view content_type, std::string_view body) {
  headgate::wire::JsonReader json;
  const auto request = openai::read_passthrough_request(json, Surface::image_variations, content_type, body);
  if (!request) return;
  const bool is_full = headgate::wire::read_form(content_type, body)->size() == headgate::wire::max_form_parts;
  if (is_full && request->model_value.empty()) return;  // one more part has no room
  std::array<std::string_view, headgate::wire::Spliced::max_pieces> pieces;
  const auto count = openai::passed_body(*request, body, "up", "\"up\"").pieces(pieces);
  std::string passed;
  for (std::size_t i = 0; i < count; ++i) passed += pieces[i];
  const auto again = openai::read_passthrough_request(json, Surface::image_variations, content_type, passed);
  require(again.has_value() && again->model == "up" && again->stream == request->stream);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = headgate::test::as_text(data, size);
  const auto line = std::min(text.find('\n'), text.size());
  const auto body = text.substr(std::min(line + 1, text.size()));
  read_parts(text.substr(0, line), body);
  read_request(text.substr(0, line), body);
  return 0;
}
