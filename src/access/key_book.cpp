#include "headgate/access/key_book.hpp"

namespace headgate::access {
namespace {

using core::Code;
using core::Error;

Error unknown_key() {
  return Error(Code::invalid_api_key,
               "The API key is not known here. Ask for one made with `headgate key create --tenant NAME`.");
}

}  // namespace

KeyBook::KeyBook(core::Secret pepper, std::vector<KeyRecord> records) : pepper_(std::move(pepper)) {
  for (auto& record : records) {
    auto id = record.id;
    records_.insert_or_assign(std::move(id), std::move(record));
  }
}

core::Result<Identity> KeyBook::identify(std::string_view key, core::WallTime now) const {
  if (key.empty())
    return Error(Code::invalid_api_key,
                 "No API key was sent. Send `Authorization: Bearer hg_...` with a key made by `headgate key create`.");
  const auto parts = parse_key(key);
  if (!parts) return unknown_key();
  const auto found = records_.find(parts->id);
  if (found == records_.end()) return unknown_key();
  const KeyRecord& record = found->second;
  if (!equal_in_constant_time(digest_key(pepper_.reveal(), key), record.digest)) return unknown_key();
  if (record.revoked)
    return Error(Code::revoked_api_key, "The API key " + record.id + " was revoked. Ask for a new one.");
  if (record.expires && *record.expires <= now)
    return Error(Code::expired_api_key, "The API key " + record.id + " has expired. Ask for a new one.");
  return Identity{record.tenant, record.id, record.expires};
}

std::string_view credential(std::string_view authorization, std::string_view api_key) {
  constexpr std::string_view bearer = "bearer ";
  if (authorization.size() > bearer.size()) {
    bool matches = true;
    for (std::size_t i = 0; i < bearer.size(); ++i) {
      const char c = authorization[i];
      matches = matches && (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) == bearer[i];
    }
    if (matches) {
      authorization.remove_prefix(bearer.size());
      while (!authorization.empty() && authorization.front() == ' ') authorization.remove_prefix(1);
      return authorization;
    }
  }
  return api_key;
}

}  // namespace headgate::access
