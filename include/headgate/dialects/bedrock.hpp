// The Converse API of Amazon Bedrock, as a provider speaks it: requests, answers, streams and errors.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "headgate/dialects/dialect.hpp"

namespace headgate::dialects::bedrock {

// "/model/ID/converse" or "/model/ID/converse-stream". The id is encoded whole, so that an ARN is one
// segment and nothing in it leads elsewhere.
std::string path(std::string_view model, bool stream);

// `request.model` is the provider's name for the model: what some models take beside the common words
// goes by it. Thoughts without a signature are left out: nobody takes them back.
// Errors: cannot_say; invalid_request where a choice names no tool.
core::Result<Written> write_request(const chat::Request& request);

// Of a 200, whole. It names neither id nor model. Errors: core::unusable_answer.
core::Result<chat::Answer> read_answer(wire::JsonValue body);

// `type` is the header x-amzn-errortype, as it came; where it is empty the body is asked, then the status.
core::Error read_error(wire::JsonReader& json, int status, std::string_view type, std::string_view body);

// Fed with the events of a wire::AwsEventStreamReader; exceptions by their own name.
std::unique_ptr<EventReader> make_event_reader();

}  // namespace headgate::dialects::bedrock
