// Where tenant keys are kept: digests in data_dir/keys.json, the pepper beside it, both for the
// owner's eyes only. Changed by the `key` verbs, watched by the daemon.
#pragma once

#include <string>
#include <vector>

#include "headgate/access/key_book.hpp"

namespace headgate::app {

// Value: a place, read and written when asked.
class KeyStore {
 public:
  explicit KeyStore(std::string data_dir) : data_dir_(std::move(data_dir)) {}

  std::string file() const { return data_dir_ + "/keys.json"; }
  std::string pepper_file() const { return data_dir_ + "/pepper"; }
  // An absent file is an empty store. Errors: unreadable, malformed, open to others.
  core::Result<std::vector<access::KeyRecord>> read() const;
  core::Result<access::KeyBook> book() const;

  struct Created {
    std::string id;
    core::Secret key;
  };
  core::Result<Created> create(const std::string& tenant, const std::string& name,
                               std::optional<core::WallTime> expires, core::WallTime now);
  // False: there is no such key.
  core::Result<bool> revoke(const std::string& id);

 private:
  core::Result<core::Secret> pepper(bool make) const;
  core::Result<void> write(const std::vector<access::KeyRecord>& records) const;
  std::string data_dir_;
};

}  // namespace headgate::app
