#include "directory.hpp"

#include <algorithm>

namespace headgate::budget {

bool Concerned::add(AccountIndex index) {
  if (std::find(begin(), end(), index) != end()) return true;
  if (size_ == indices_.size()) return false;
  indices_[size_++] = index;
  return true;
}

void Directory::add(AccountIndex index, const Scope& scope) {
  // Under the name that the fewest requests share.
  if (scope.key_id)
    keys_[*scope.key_id].push_back(index);
  else if (scope.tag)
    tags_[*scope.tag].push_back(index);
  else if (scope.tenant)
    tenants_[*scope.tenant].push_back(index);
  else if (scope.model)
    models_[*scope.model].push_back(index);
  else if (scope.provider)
    providers_[*scope.provider].push_back(index);
  else
    everybody_.push_back(index);
}

}  // namespace headgate::budget
