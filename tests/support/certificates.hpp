// Certificates made when they are needed: P-256, in PEM files of a directory that dies with them.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace headgate::test {

struct CertificatePaths {
  std::string cert, key;
};

class Certificates {
 public:
  explicit Certificates(const std::string& authority = "Headgate test authority") {
    std::string name = (std::filesystem::temp_directory_path() / "headgate-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = name;
    authority_ = make("authority", {.owner = authority}, nullptr);
  }
  ~Certificates() { std::filesystem::remove_all(directory_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string authority() const { return path("authority.pem"); }
  // `names` in OpenSSL's words: "DNS:localhost,IP:127.0.0.1".
  CertificatePaths signed_for(const std::string& names) { return issue("signed", {.names = names}, &authority_); }
  CertificatePaths expired_for(const std::string& names) {
    return issue("expired", {.names = names, .from = -7200, .until = -3600}, &authority_);
  }
  CertificatePaths self_signed_for(const std::string& names) { return issue("self-signed", {.names = names}, nullptr); }

 private:
  struct Free {
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
    void operator()(X509_EXTENSION* p) const { X509_EXTENSION_free(p); }
    void operator()(std::FILE* p) const { std::fclose(p); }
  };
  struct Pair {
    std::unique_ptr<X509, Free> cert;
    std::unique_ptr<EVP_PKEY, Free> key;
  };
  struct Content {
    std::string owner = "server";
    std::string names{};
    long from = -3600, until = 3600;  // seconds from now
  };

  std::string path(const std::string& file) const { return (directory_ / file).string(); }

  CertificatePaths issue(const std::string& file, const Content& content, const Pair* signer) {
    make(file, content, signer);
    return {path(file + ".pem"), path(file + ".key")};
  }

  static void extend(X509* cert, int kind, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    if (extension == nullptr) throw std::runtime_error("no certificate extension: " + value);
    X509_add_ext(cert, extension.get(), -1);
  }

  Pair make(const std::string& file, const Content& content, const Pair* signer) {
    Pair made{std::unique_ptr<X509, Free>(X509_new()), std::unique_ptr<EVP_PKEY, Free>(EVP_EC_gen("P-256"))};
    X509* const cert = made.cert.get();
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(cert), content.from);
    X509_gmtime_adj(X509_getm_notAfter(cert), content.until);
    X509_set_pubkey(cert, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(content.owner.c_str()), -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(signer == nullptr ? cert : signer->cert.get()));
    if (content.names.empty())
      extend(cert, NID_basic_constraints, "critical,CA:TRUE");
    else
      extend(cert, NID_subject_alt_name, content.names);
    X509_sign(cert, (signer == nullptr ? made : *signer).key.get(), EVP_sha256());
    const std::unique_ptr<std::FILE, Free> cert_file(std::fopen(path(file + ".pem").c_str(), "w"));
    const std::unique_ptr<std::FILE, Free> key_file(std::fopen(path(file + ".key").c_str(), "w"));
    PEM_write_X509(cert_file.get(), cert);
    PEM_write_PrivateKey(key_file.get(), made.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return made;
  }

  std::filesystem::path directory_;
  long serial_ = 0;
  Pair authority_;
};

}  // namespace headgate::test
