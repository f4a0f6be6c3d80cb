#include "headgate/wire/openai.hpp"
#include "responses_output.hpp"

namespace headgate::dialects::responses {
namespace {

class ResponseWriter : public EventWriter {
 public:
  ResponseWriter(Shown shown, Echo echo) : output_(std::move(shown), std::move(echo)) {}
  void write(std::string& out, const chat::Event& event) override { output_.add(event, &out); }

 private:
  Output output_;
};

}  // namespace

void append_answer(std::string& out, const chat::Answer& answer, const Shown& shown, const Echo& echo) {
  Output output(shown, echo);
  output.set_service_tier(answer.service_tier);
  for (const auto& event : chat::in_pieces(answer)) output.add(event, nullptr);
  wire::JsonWriter json(out);
  output.append_response(json, output.status());
}

void append_error(std::string& out, const core::Error& error, std::string_view) {
  wire::openai::append_error(out, error);
}

std::unique_ptr<EventWriter> make_event_writer(Shown shown, Echo echo) {
  return std::make_unique<ResponseWriter>(std::move(shown), std::move(echo));
}

}  // namespace headgate::dialects::responses
