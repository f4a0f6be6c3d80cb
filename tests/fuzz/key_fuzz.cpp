// Any bytes as a key, a credential or a digest. And a good key with one byte changed: it is no key.
#include <string>

#include "headgate/access/key_book.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

const access::MintedKey& good_key() {
  static const auto minted = access::mint_key();
  return minted;
}

const access::KeyBook& book() {
  static const access::KeyBook known = [] {
    access::KeyRecord record;
    record.id = good_key().id;
    record.digest = access::digest_key("pepper", good_key().key.reveal());
    return access::KeyBook(core::Secret("pepper"), {record});
  }();
  return known;
}

void change_one_byte(const std::uint8_t* data, std::size_t size) {
  std::string key(good_key().key.reveal());
  require(access::parse_key(key).has_value() && book().identify(key, {}).has_value());
  if (size < 2) return;
  const auto at = data[0] % key.size();
  const auto byte = static_cast<char>(data[1]);
  const bool same = std::exchange(key[at], byte) == byte;
  require(access::parse_key(key).has_value() == same);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = test::as_text(data, size);
  if (const auto parts = access::parse_key(text)) {
    require(parts->id.size() == 12 && parts->secret.size() == 32);
    require(test::lies_within(parts->id, text) && test::lies_within(parts->secret, text));
  }
  require(!book().identify(text, {}) || text == good_key().key.reveal());
  const auto half = size / 2;
  const auto credential = access::credential(text.substr(0, half), text.substr(half));
  require(test::lies_within(credential, text));
  if (const auto digest = access::digest_from_hex(text)) require(access::to_hex(*digest) == text);
  change_one_byte(data, size);
  return 0;
}
