#include <algorithm>

#include "document.hpp"

namespace headgate::config {

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::size_t Node::length() const {
  if (!is_scalar()) return 1;
  return text.size() + (plain ? 0 : 2);
}

Node::Scalar Node::scalar() const {
  if (!plain) return Scalar::text;
  if (text == "true" || text == "false" || text == "True" || text == "False" || text == "TRUE" || text == "FALSE")
    return Scalar::boolean;
  std::string_view rest = text;
  const auto digits = [&rest] {
    const std::size_t count = std::min(rest.find_first_not_of("0123456789"), rest.size());
    rest.remove_prefix(count);
    return count;
  };
  const auto skip = [&rest](std::string_view any) {
    if (rest.empty() || any.find(rest.front()) == any.npos) return false;
    rest.remove_prefix(1);
    return true;
  };
  skip("+-");
  std::size_t count = digits();
  if (count > 0 && rest.empty()) return Scalar::integer;
  if (skip(".")) count += digits();
  if (count == 0) return Scalar::text;
  if (skip("eE")) {
    skip("+-");
    if (digits() == 0) return Scalar::text;
  }
  return rest.empty() ? Scalar::number : Scalar::text;
}

}  // namespace headgate::config
