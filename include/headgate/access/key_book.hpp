// Which keys are known, and who stands behind each. The file that keeps them holds digests only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/access/api_key.hpp"
#include "headgate/access/settings.hpp"
#include "headgate/core/result.hpp"
#include "headgate/core/time.hpp"

namespace headgate::access {

struct KeyRecord {
  std::string id;
  std::string tenant;
  std::string name;
  Digest digest{};
  std::optional<core::WallTime> created;
  std::optional<core::WallTime> expires;  // none: never
  bool revoked = false;
};

struct Identity {
  std::string tenant;
  std::string key_id;
  std::optional<core::WallTime> expires;
};

// Value; a changed book is a new book, swapped in whole.
class KeyBook {
 public:
  KeyBook() = default;
  KeyBook(core::Secret pepper, std::vector<KeyRecord> records);

  // Takes a credential as a client sent it. Errors: invalid_api_key, expired_api_key, revoked_api_key.
  core::Result<Identity> identify(std::string_view key, core::WallTime now) const;
  bool empty() const { return records_.empty(); }

 private:
  core::Secret pepper_;
  std::map<std::string, KeyRecord, std::less<>> records_;
};

// The credential of a request: `Authorization: Bearer`, else `x-api-key`. Empty when there is none.
std::string_view credential(std::string_view authorization, std::string_view api_key);

}  // namespace headgate::access
