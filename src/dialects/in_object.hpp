// Arguments of a call that are no JSON object, where only an object is taken.
#pragma once

#include <string>
#include <string_view>

#include "headgate/wire/json.hpp"

namespace headgate::dialects {

inline std::string in_object(std::string_view arguments) {
  std::string object = R"({"_raw":)";
  wire::append_json_string(object, arguments);
  return object + "}";
}

}  // namespace headgate::dialects
