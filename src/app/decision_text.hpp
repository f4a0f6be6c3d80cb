// The decision behind a request, told to people.
#pragma once

#include <string>
#include <string_view>

namespace headgate::app {

// What was asked, which rule and pool took it, who could answer and who could not, what was tried and how it
// ended. What the decision does not know is said to be unknown, or not said; members it does not have are no error.
std::string tell(std::string_view decision_json);

}  // namespace headgate::app
