#include <algorithm>
#include <array>

#include "headgate/dialects/bedrock.hpp"
#include "headgate/wire/openai.hpp"

namespace headgate::dialects::bedrock {
namespace {

using core::Code;

// What each exception amounts to. Where the service's own status says too little it is not this one: a
// quota that is used up comes as a 400.
struct Exception {
  std::string_view name;
  int status;
};
constexpr auto exceptions = std::to_array<Exception>({{"ValidationException", 400},
                                                      {"ServiceQuotaExceededException", 429},
                                                      {"AccessDeniedException", 403},
                                                      {"UnrecognizedClientException", 403},
                                                      {"InvalidSignatureException", 403},
                                                      {"IncompleteSignatureException", 403},
                                                      {"ExpiredTokenException", 403},
                                                      {"MissingAuthenticationTokenException", 403},
                                                      {"ResourceNotFoundException", 404},
                                                      {"ModelTimeoutException", 408},
                                                      {"ModelErrorException", 424},
                                                      {"ModelStreamErrorException", 424},
                                                      {"ThrottlingException", 429},
                                                      {"ModelNotReadyException", 503},
                                                      {"InternalServerException", 500},
                                                      {"ServiceUnavailableException", 503}});

// "aws.protocols#ThrottlingException:http://..." is said for ThrottlingException, in a stream with a
// small letter.
std::string plain_name(std::string_view type) {
  if (const auto hash = type.rfind('#'); hash != type.npos) type.remove_prefix(hash + 1);
  type = type.substr(0, std::min(type.find(':'), std::size_t{64}));
  std::string name(type);
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!std::all_of(name.begin(), name.end(), is_letter)) return {};
  if (!name.empty() && name[0] >= 'a') name[0] = static_cast<char>(name[0] - 'a' + 'A');
  return name;
}

bool mentions(const std::string& text, std::string_view words) {
  return std::search(text.begin(), text.end(), words.begin(), words.end(),
                     [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; }) != text.end();
}

bool says_unknown_model(const std::string& message) {
  return mentions(message, "model identifier is invalid") || mentions(message, "throughput isn");
}

struct Words {
  std::string name, message;
};

Words words_of(wire::JsonReader& json, std::string_view type, std::string_view body) {
  Words words{plain_name(type), {}};
  const auto document = json.read_lenient(body);
  if (!document) return words;
  words.message = (*document)["message"].string();
  if (words.name.empty()) words.name = plain_name((*document)["__type"].string());
  return words;
}

}  // namespace

core::Error read_error(wire::JsonReader& json, int status, std::string_view type, std::string_view body) {
  const auto words = words_of(json, type, body);
  for (const auto& exception : exceptions)
    if (exception.name == words.name) status = exception.status;
  // Whose mistake an unknown model is depends on who named it: here the configuration did.
  if (status == 400 && says_unknown_model(words.message)) status = 404;
  auto error = wire::openai::read_error(json, status, body);
  if (status == 400 && mentions(words.message, "input is too long"))
    error = core::Error(Code::context_length_exceeded, error.message()).with_status(status);
  if (!words.name.empty())
    error.with_detail(error.detail() + (error.detail().empty() ? "" : ", ") + "exception " + words.name);
  return error;
}

}  // namespace headgate::dialects::bedrock
