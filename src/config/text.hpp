// Words for messages: quoting, listing, masking.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace headgate::config {

// In backticks, bounded, printable, and without anything that looks like a key.
std::string quote(std::string_view text);

// "a, b or c"; long lists end in "...".
std::string join(const std::vector<std::string>& words, std::string_view last_separator);

// "one of a, b or c", or just "a".
std::string one_of(const std::vector<std::string>& words);

// "did you mean `x`?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& names);

// A line of the file that is safe to show: values of credentials, things that look like keys and
// the `hidden` texts are starred out.
std::string mask(std::string_view line, const std::vector<std::string>& hidden);

}  // namespace headgate::config
