// The key file of a service account, as it is downloaded.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace headgate::config {

// One key for all tests: making one takes a while.
inline const std::string& private_key() {
  static const std::string pem = [] {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_RSA_gen(2048), EVP_PKEY_free);
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new(BIO_s_mem()), BIO_free_all);
    PEM_write_bio_PKCS8PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(bio.get(), &text);
    return std::string(text, static_cast<std::size_t>(size));
  }();
  return pem;
}

inline std::string key_file(const std::string& type = "service_account") {
  return nlohmann::json{{"type", type},
                        {"project_id", "p-of-the-file"},
                        {"private_key_id", "abc123"},
                        {"private_key", private_key()},
                        {"client_email", "gateway@p-1.iam.gserviceaccount.com"},
                        {"token_uri", "https://oauth2.googleapis.com/token"}}
      .dump(2);
}

}  // namespace headgate::config
