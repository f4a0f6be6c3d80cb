#include "key_store.hpp"

#include <openssl/rand.h>

#include <nlohmann/json.hpp>

#include "files.hpp"

namespace headgate::app {
namespace {

using access::KeyRecord;
using core::Code;
using core::Error;
using core::Result;
using Json = nlohmann::ordered_json;

constexpr std::size_t max_file = 16u << 20;
constexpr std::size_t pepper_bytes = 32;

std::int64_t seconds(core::WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

Json to_json(const KeyRecord& record) {
  Json json{
      {"id", record.id}, {"tenant", record.tenant}, {"name", record.name}, {"digest", access::to_hex(record.digest)}};
  json["created"] = record.created ? Json(seconds(*record.created)) : Json(nullptr);
  json["expires"] = record.expires ? Json(seconds(*record.expires)) : Json(nullptr);
  json["revoked"] = record.revoked;
  return json;
}

std::optional<core::WallTime> time_of(const Json& json) {
  if (json.is_null()) return {};
  return core::WallTime(std::chrono::seconds(json.get<std::int64_t>()));
}

KeyRecord from_json(const Json& json) {
  const auto digest = access::digest_from_hex(json.at("digest").get<std::string>());
  if (!digest) throw std::invalid_argument("malformed digest");
  return {json.at("id"),     json.at("tenant"),           json.at("name"),
          *digest,           time_of(json.at("created")), time_of(json.at("expires")),
          json.at("revoked")};
}

}  // namespace

Result<std::vector<KeyRecord>> KeyStore::read() const {
  const auto text = read_file(file(), max_file, true);
  if (!text) return text.error();
  std::vector<KeyRecord> records;
  if (!*text) return records;
  try {
    const auto json = Json::parse(**text);
    for (const auto& key : json.at("keys")) records.push_back(from_json(key));
  } catch (const std::exception& bad) {
    return Error(Code::internal_error, file() + " is damaged: " + bad.what() + ". Restore it from a backup.");
  }
  return records;
}

Result<void> KeyStore::write(const std::vector<KeyRecord>& records) const {
  Json json{{"version", 1}, {"keys", Json::array()}};
  for (const auto& record : records) json["keys"].push_back(to_json(record));
  return replace_file(file(), json.dump(1) + "\n");
}

// Keyed digests are worth nothing to whoever steals the list alone.
Result<core::Secret> KeyStore::pepper(bool make) const {
  auto text = read_file(pepper_file(), 4096, true);
  if (!text) return text.error();
  if (*text) return core::Secret(std::move(**text));
  if (!make) return core::Secret();
  std::string bytes(pepper_bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), pepper_bytes) != 1)
    return Error(Code::internal_error, "the system's random generator does not answer");
  if (auto written = replace_file(pepper_file(), bytes); !written) return written.error();
  return core::Secret(std::move(bytes));
}

Result<access::KeyBook> KeyStore::book() const {
  auto records = read();
  if (!records) return records.error();
  auto secret = pepper(false);
  if (!secret) return secret.error();
  if (secret->empty() && !records->empty())
    return Error(Code::internal_error, pepper_file() + " is missing; the keys cannot be checked without it.");
  return access::KeyBook(std::move(*secret), std::move(*records));
}

Result<KeyStore::Created> KeyStore::create(const std::string& tenant, const std::string& name,
                                           std::optional<core::WallTime> expires, core::WallTime now) {
  if (auto made = make_directory(data_dir_); !made) return made.error();
  const auto lock = FileLock::take(data_dir_ + "/keys.lock");
  if (!lock) return lock.error();
  auto records = read();
  if (!records) return records.error();
  auto secret = pepper(true);
  if (!secret) return secret.error();
  auto minted = access::mint_key();
  records->push_back(
      {minted.id, tenant, name, access::digest_key(secret->reveal(), minted.key.reveal()), now, expires, false});
  if (auto written = write(*records); !written) return written.error();
  return Created{minted.id, std::move(minted.key)};
}

Result<bool> KeyStore::revoke(const std::string& id) {
  const auto lock = FileLock::take(data_dir_ + "/keys.lock");
  if (!lock) return lock.error();
  auto records = read();
  if (!records) return records.error();
  for (auto& record : *records) {
    if (record.id != id) continue;
    record.revoked = true;
    if (auto written = write(*records); !written) return written.error();
    return true;
  }
  return false;
}

}  // namespace headgate::app
