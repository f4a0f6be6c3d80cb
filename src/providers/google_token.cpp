#include "headgate/providers/google_token.hpp"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>

#include "headgate/core/unusable_answer.hpp"
#include "headgate/wire/json_writer.hpp"
#include "headgate/wire/url.hpp"

namespace headgate::providers {
namespace {

using core::Error;
using core::Result;

template <auto free>
struct Free {
  template <typename Thing>
  void operator()(Thing* thing) const {
    free(thing);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;

constexpr std::size_t most_file = 64 * 1024, most_token = 16 * 1024;
constexpr std::chrono::seconds assertion_lifetime{3600}, most_lifetime{24 * 3600};

// A password is never asked for: nobody sits there.
int no_password(char*, int, int, void*) { return -1; }

Key read_key(const core::Secret& pem) {
  const auto text = pem.reveal();
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr) : nullptr);
  ERR_clear_error();
  return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? std::move(key) : nullptr;
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  out.reserve(bytes.size() * 4 / 3 + 2);
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : bytes) {
    group = group << 8 | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) out += digits[group >> (bits - 6) & 63];
  }
  if (bits > 0) out += digits[group << (6 - bits) & 63];
  return out;
}

Error wrong(std::string_view member, std::string_view why) {
  return Error(core::Code::invalid_request, "The service account's `" + std::string(member) + "` " + std::string(why))
      .with_param(std::string(member));
}

Result<ServiceAccount> account_of(wire::JsonValue file) {
  if (!file.is_object())
    return wrong("type", "is missing: the file is no JSON object. Use the key file as it was downloaded.");
  if (!file["type"].is("service_account"))
    return wrong("type", "must be \"service_account\": make a key for one in the console.");
  ServiceAccount account{file["client_email"].string(), file["private_key_id"].string(),
                         core::Secret(file["private_key"].string()), file["token_uri"].string(),
                         file["project_id"].string()};
  if (account.client_email.find('@') == std::string::npos) return wrong("client_email", "must be an address.");
  const auto url = wire::parse_url(account.token_uri);
  if (!url || !url->tls) return wrong("token_uri", "must be an https URL.");
  if (!read_key(account.private_key)) return wrong("private_key", "must be an RSA key in PEM, without a password.");
  return account;
}

Result<std::string> rs256(const core::Secret& pem, std::string_view text) {
  const auto failed = [] {
    ERR_clear_error();
    return Error(core::Code::internal_error, "The service account's key does not sign.");
  };
  const auto key = read_key(pem);
  const Context context(EVP_MD_CTX_new());
  if (!key || !context || EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) != 1)
    return failed();
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) return failed();
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size()) != 1)
    return failed();
  signature.resize(size);
  return signature;
}

}  // namespace

Result<ServiceAccount> read_service_account(const core::Secret& json) {
  if (json.reveal().size() > most_file) return wrong("private_key", "cannot be: the file holds more than 64 KiB.");
  std::string text(json.reveal());
  wire::pad(text);
  wire::JsonReader reader;
  const auto document = reader.read(text);
  auto account = document ? account_of(*document) : account_of({});
  OPENSSL_cleanse(text.data(), text.size());
  return account;
}

Result<core::Secret> token_assertion(const ServiceAccount& account, core::WallTime now, std::string_view scope) {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  std::string header, claims;
  wire::JsonWriter head(header);
  head.begin_object().member("alg", "RS256").member("typ", "JWT");
  if (!account.private_key_id.empty()) head.member("kid", account.private_key_id);
  head.end_object();
  wire::JsonWriter claim(claims);
  claim.begin_object().member("iss", account.client_email).member("scope", scope).member("aud", account.token_uri);
  claim.member("iat", issued.count()).member("exp", (issued + assertion_lifetime).count()).end_object();
  auto statement = base64url(header) + "." + base64url(claims);
  const auto signature = rs256(account.private_key, statement);
  if (!signature) return signature.error();
  return core::Secret(statement + "." + base64url(*signature));
}

core::Secret token_request_body(const core::Secret& assertion) {
  constexpr std::string_view grant = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
  std::string body;
  body.reserve(grant.size() + assertion.reveal().size());
  return core::Secret(std::move(body.append(grant).append(assertion.reveal())));
}

Result<AccessToken> read_token_reply(wire::JsonReader& json, std::string_view body) {
  const auto document = json.read_lenient(body);
  if (!document) return core::unusable_answer("token: no JSON");
  core::Secret token((*document)["access_token"].string());
  const auto seconds = (*document)["expires_in"].count();
  // It goes into a header: nothing may end the line.
  const auto text = token.reveal();
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (text.empty() || text.size() > most_token || !printable) return core::unusable_answer("token: no access_token");
  if (!seconds || *seconds == 0) return core::unusable_answer("token: no expires_in");
  const auto most = static_cast<std::uint64_t>(most_lifetime.count());
  return AccessToken{std::move(token), std::chrono::seconds(static_cast<std::int64_t>(std::min(*seconds, most)))};
}

}  // namespace headgate::providers
