#include "headgate/providers/google_token.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <nlohmann/json.hpp>

namespace headgate::providers {
namespace {

using nlohmann::json;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;

// One for all tests: making one takes a while.
EVP_PKEY* rsa_key() {
  static const Key key(EVP_RSA_gen(2048));
  return key.get();
}

std::string pem_of(EVP_PKEY* key) {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const auto size = BIO_get_mem_data(bio, &text);
  std::string out(text, static_cast<std::size_t>(size));
  BIO_free(bio);
  return out;
}

json key_file() {
  return {{"type", "service_account"},
          {"project_id", "p-1"},
          {"private_key_id", "abc123"},
          {"private_key", pem_of(rsa_key())},
          {"client_email", "gateway@p-1.iam.gserviceaccount.com"},
          {"token_uri", "https://oauth2.googleapis.com/token"}};
}

std::string from_base64url(std::string text) {
  for (auto& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const auto missing = (4 - text.size() % 4) % 4;
  text.append(missing, '=');
  std::string out(text.size(), '\0');
  const auto size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                    reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  EXPECT_GT(size, 0);
  out.resize(static_cast<std::size_t>(size) - missing);
  return out;
}

bool verifies(std::string_view text, const std::string& signature) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, rsa_key());
  const bool good =
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

core::Result<ServiceAccount> read(const json& file) { return read_service_account(core::Secret(file.dump())); }

TEST(GoogleToken, SignsAStatementThatTheKeyVerifies) {
  const auto account = read(key_file());
  ASSERT_TRUE(account) << account.error().message();
  const auto assertion = token_assertion(*account, core::WallTime(std::chrono::seconds(1790000000)));
  ASSERT_TRUE(assertion);
  const std::string text(assertion->reveal());
  const auto first = text.find('.'), second = text.rfind('.');
  ASSERT_NE(first, second);
  EXPECT_EQ(json::parse(from_base64url(text.substr(0, first))),
            (json{{"alg", "RS256"}, {"typ", "JWT"}, {"kid", "abc123"}}));
  EXPECT_EQ(json::parse(from_base64url(text.substr(first + 1, second - first - 1))),
            (json{{"iss", "gateway@p-1.iam.gserviceaccount.com"},
                  {"scope", "https://www.googleapis.com/auth/cloud-platform"},
                  {"aud", "https://oauth2.googleapis.com/token"},
                  {"iat", 1790000000},
                  {"exp", 1790003600}}));
  const auto signature = from_base64url(text.substr(second + 1));
  EXPECT_TRUE(verifies(text.substr(0, second), signature));
  EXPECT_FALSE(verifies(text.substr(0, second - 1), signature));
}

TEST(GoogleToken, AsksInAForm) {
  EXPECT_EQ(token_request_body(core::Secret("a.b.c")).reveal(),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c");
}

TEST(GoogleToken, SaysWhatIsWrongWithAKeyFile) {
  const std::pair<const char*, json> wrongs[] = {
      {"type", "authorized_user"},
      {"client_email", ""},
      {"client_email", 3},
      {"private_key", "no key"},
      {"private_key", nullptr},
      {"token_uri", "http://oauth2.googleapis.com/token"},
      {"token_uri", "file:///etc/key"},
      {"token_uri", json::object()},
  };
  for (const auto& [member, value] : wrongs) {
    auto file = key_file();
    file[member] = value;
    const auto account = read(file);
    ASSERT_FALSE(account) << member;
    EXPECT_EQ(account.error().param(), member);
    EXPECT_EQ(account.error().message().find("PRIVATE KEY"), std::string::npos);
  }
  for (const std::string text : {"", "[]", "{", "null"}) EXPECT_FALSE(read_service_account(core::Secret(text)));
  EXPECT_FALSE(read_service_account(core::Secret(std::string(70'000, ' '))));
}

TEST(GoogleToken, TakesNoKeyOfAnotherKind) {
  const Key key(EVP_EC_gen("P-256"));
  auto file = key_file();
  file["private_key"] = pem_of(key.get());
  EXPECT_FALSE(read(file));
}

core::Result<AccessToken> reply(std::string body) {
  body.reserve(body.size() + wire::json_padding);
  wire::JsonReader reader;
  return read_token_reply(reader, body);
}

TEST(GoogleToken, ReadsTheReply) {
  const auto token = reply(R"({"access_token":"ya29.x-y_z","expires_in":3599,"token_type":"Bearer"})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->token.reveal(), "ya29.x-y_z");
  EXPECT_EQ(token->lifetime, std::chrono::seconds(3599));
}

TEST(GoogleToken, RefusesRepliesThatNoRequestCanUse) {
  for (const char* body :
       {"", "{}", R"({"access_token":"x"})", R"({"access_token":"","expires_in":10})",
        R"({"access_token":"x\r\nHost: y","expires_in":10})", R"({"access_token":"x","expires_in":0})",
        R"({"access_token":"x","expires_in":-1})", R"({"access_token":7,"expires_in":10})"})
    EXPECT_FALSE(reply(body)) << body;
  EXPECT_LE(reply(R"({"access_token":"x","expires_in":99999999999})")->lifetime, std::chrono::hours(24));
}

}  // namespace
}  // namespace headgate::providers
