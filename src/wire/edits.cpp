#include "edits.hpp"

#include <algorithm>

namespace headgate::wire {

std::string Edits::applied(std::string_view text) {
  // An insertion goes in front of what is replaced at the same place.
  std::stable_sort(edits_.begin(), edits_.end(), [](const OwnEdit& a, const OwnEdit& b) {
    return a.range.at != b.range.at ? a.range.at < b.range.at : a.range.empty() && !b.range.empty();
  });
  std::string out;
  std::size_t at = 0;
  for (const auto& edit : edits_) {
    out.append(text.substr(at, edit.range.at - at)).append(edit.text);
    at = edit.range.end();
  }
  return out.append(text.substr(at));
}

}  // namespace headgate::wire
