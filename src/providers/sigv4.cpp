#include "headgate/providers/sigv4.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <vector>

namespace headgate::providers {
namespace {

using Field = std::pair<std::string, std::string>;  // small letters

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out.append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return out;
}

core::Secret hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
           text.size(), digest.data(), &size) == nullptr)
    throw std::runtime_error("HMAC-SHA256 does not answer");
  core::Secret out(std::string(reinterpret_cast<const char*>(digest.data()), size));
  OPENSSL_cleanse(digest.data(), digest.size());
  return out;
}

bool is_unreserved(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

std::string encoded_path(std::string_view path) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_unreserved(c) || c == '/')
      out += c;
    else
      out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return out.empty() ? "/" : out;
}

// Sorted; a name without a value has an empty one.
std::string canonical_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    pairs.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
  std::sort(pairs.begin(), pairs.end());
  std::string out;
  for (const auto& [name, value] : pairs) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string lowered(std::string_view name) {
  std::string out(name);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// No blanks around it, and one where there were several.
std::string trimmed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool blank = c == ' ' || c == '\t';
    if (!blank)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

// Sorted by name; values of the same name joined in the order in which they came.
std::vector<Field> canonical_fields(std::vector<Field> fields) {
  std::stable_sort(fields.begin(), fields.end(), [](const Field& a, const Field& b) { return a.first < b.first; });
  std::vector<Field> out;
  for (auto& field : fields) {
    if (!out.empty() && out.back().first == field.first)
      out.back().second.append(",").append(field.second);
    else
      out.push_back(std::move(field));
  }
  return out;
}

struct Canonical {
  std::string request, signed_names;
};

Canonical canonical(const SignedRequest& request, std::vector<Field> fields) {
  Canonical out;
  std::string lines;
  for (const auto& [name, value] : canonical_fields(std::move(fields))) {
    lines.append(name).append(":").append(value).append("\n");
    if (!out.signed_names.empty()) out.signed_names += ';';
    out.signed_names += name;
  }
  out.request.append(request.method).append("\n").append(encoded_path(request.path)).append("\n");
  out.request.append(canonical_query(request.query)).append("\n").append(lines).append("\n");
  out.request.append(out.signed_names).append("\n").append(request.payload_sha256);
  return out;
}

// "20150830T123600Z"
std::string stamp(core::WallTime time) {
  using namespace std::chrono;
  const auto second = floor<seconds>(time);
  const auto day = floor<days>(second);
  const year_month_day date(day);
  const hh_mm_ss clock(second - day);
  std::array<char, 32> out;
  const auto size = std::snprintf(out.data(), out.size(), "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                  static_cast<int>(clock.seconds().count()));
  return {out.data(), static_cast<std::size_t>(size)};
}

core::Secret signing_key(const core::Secret& secret, std::string_view day, const AwsScope& scope) {
  const core::Secret first("AWS4" + std::string(secret.reveal()));
  const auto dated = hmac(first.reveal(), day);
  const auto regional = hmac(dated.reveal(), scope.region);
  const auto serving = hmac(regional.reveal(), scope.service);
  return hmac(serving.reveal(), "aws4_request");
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string hex_sha256(std::span<const std::string_view> pieces) {
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  std::array<char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  bool well = context != nullptr && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  for (const auto piece : pieces) well = well && EVP_DigestUpdate(context.get(), piece.data(), piece.size()) == 1;
  if (!well || EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size) != 1)
    throw std::runtime_error("SHA-256 does not answer");
  return to_hex({digest.data(), size});
}

std::string hex_sha256(std::string_view bytes) { return hex_sha256(std::span(&bytes, 1)); }

core::Secret sign(const SignedRequest& request, const AwsCredentials& credentials, const AwsScope& scope,
                  core::WallTime time) {
  const auto now = stamp(time);
  const std::string_view day = std::string_view(now).substr(0, 8);
  std::string lines;
  lines.reserve(512 + credentials.session_token.reveal().size());  // no copies of a token left behind
  std::vector<Field> fields{{"host", trimmed(request.host)}, {"x-amz-date", now}};
  append_line(lines, "X-Amz-Date", now);
  if (!credentials.session_token.empty()) {
    fields.emplace_back("x-amz-security-token", credentials.session_token.reveal());
    append_line(lines, "X-Amz-Security-Token", credentials.session_token.reveal());
  }
  if (request.shows_payload_sha256) {
    fields.emplace_back("x-amz-content-sha256", request.payload_sha256);
    append_line(lines, "X-Amz-Content-Sha256", request.payload_sha256);
  }
  for (const auto& [name, value] : request.headers) fields.emplace_back(lowered(name), trimmed(value));

  const auto form = canonical(request, std::move(fields));
  auto where = std::string(day).append("/").append(scope.region).append("/").append(scope.service);
  where.append("/aws4_request");
  const auto to_sign = "AWS4-HMAC-SHA256\n" + now + "\n" + where + "\n" + hex_sha256(form.request);
  const auto signature = to_hex(hmac(signing_key(credentials.secret_key, day, scope).reveal(), to_sign).reveal());
  append_line(lines, "Authorization",
              "AWS4-HMAC-SHA256 Credential=" + credentials.access_key + "/" + where +
                  ", SignedHeaders=" + form.signed_names + ", Signature=" + signature);
  return core::Secret(std::move(lines));
}

}  // namespace headgate::providers
