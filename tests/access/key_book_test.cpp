#include "headgate/access/key_book.hpp"

#include <gmock/gmock.h>

namespace headgate::access {
namespace {

using core::Code;
using std::chrono::hours;
using testing::HasSubstr;
using testing::Not;

constexpr const char* pepper = "pepper";
const core::WallTime now{hours(500'000)};

struct Issued {
  std::string key;
  KeyRecord record;
};

Issued issue(const std::string& tenant) {
  const auto minted = mint_key();
  Issued issued{std::string(minted.key.reveal()), {}};
  issued.record.id = minted.id;
  issued.record.tenant = tenant;
  issued.record.digest = digest_key(pepper, issued.key);
  return issued;
}

KeyBook book(std::vector<KeyRecord> records) { return KeyBook(core::Secret(pepper), std::move(records)); }

void expect_refused(const KeyBook& book, std::string_view key, Code code) {
  const auto identity = book.identify(key, now);
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code(), code) << identity.error().message();
  EXPECT_EQ(identity.error().status(), 401);
  if (!key.empty()) {
    EXPECT_THAT(identity.error().message(), Not(HasSubstr(std::string(key))));
  }
}

}  // namespace

TEST(KeyBook, NamesTheTenantBehindAKey) {
  const auto first = issue("support"), second = issue("research");
  const auto keys = book({first.record, second.record});
  const auto identity = keys.identify(second.key, now);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->tenant, "research");
  EXPECT_EQ(identity->key_id, second.record.id);
}

TEST(KeyBook, SaysHowToSendAKeyWhenNoneCame) {
  const auto identity = book({}).identify("", now);
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code(), Code::invalid_api_key);
  EXPECT_THAT(identity.error().message(), HasSubstr("Authorization: Bearer"));
}

TEST(KeyBook, DoesNotKnowKeysOfOthers) {
  const auto keys = book({issue("support").record});
  expect_refused(keys, issue("support").key, Code::invalid_api_key);
  expect_refused(keys, "sk-something-else", Code::invalid_api_key);
  expect_refused(keys, "' OR 1=1 --", Code::invalid_api_key);
}

TEST(KeyBook, DoesNotTakeAnotherSecretOfAKnownId) {
  const auto issued = issue("support");
  auto record = issued.record;
  record.digest = digest_key(pepper, issue("support").key);
  expect_refused(book({record}), issued.key, Code::invalid_api_key);
}

TEST(KeyBook, DoesNotTakeADigestMadeWithAnotherPepper) {
  const auto issued = issue("support");
  expect_refused(KeyBook(core::Secret("salt"), {issued.record}), issued.key, Code::invalid_api_key);
}

TEST(KeyBook, RefusesRevokedKeys) {
  auto issued = issue("support");
  issued.record.revoked = true;
  expect_refused(book({issued.record}), issued.key, Code::revoked_api_key);
}

TEST(KeyBook, RefusesAKeyFromTheMomentItExpires) {
  auto issued = issue("support");
  issued.record.expires = now;
  expect_refused(book({issued.record}), issued.key, Code::expired_api_key);
  issued.record.expires = now + hours(1);
  EXPECT_TRUE(book({issued.record}).identify(issued.key, now));
  EXPECT_FALSE(book({issued.record}).identify(issued.key, now + hours(2)));
}

TEST(KeyBook, CallsAKeyThatIsBothRevoked) {
  auto issued = issue("support");
  issued.record.revoked = true;
  issued.record.expires = now - hours(1);
  expect_refused(book({issued.record}), issued.key, Code::revoked_api_key);
}

TEST(KeyBook, TellsAStrangerNothingAboutAKeysState) {
  const auto issued = issue("support");
  auto record = issued.record;
  record.digest = digest_key(pepper, "another");
  record.revoked = true;
  expect_refused(book({record}), issued.key, Code::invalid_api_key);
}

TEST(KeyBook, IsEmptyWithoutRecords) {
  EXPECT_TRUE(KeyBook().empty());
  EXPECT_TRUE(book({}).empty());
  EXPECT_FALSE(book({issue("support").record}).empty());
}

TEST(Credential, IsTheBearerToken) {
  EXPECT_EQ(credential("Bearer hg_x", ""), "hg_x");
  EXPECT_EQ(credential("bearer hg_x", ""), "hg_x");
  EXPECT_EQ(credential("BEARER   hg_x", ""), "hg_x");
}

TEST(Credential, PrefersTheBearerToken) { EXPECT_EQ(credential("Bearer hg_a", "hg_b"), "hg_a"); }

TEST(Credential, FallsBackToTheApiKeyHeader) {
  EXPECT_EQ(credential("", "hg_b"), "hg_b");
  EXPECT_EQ(credential("Basic dXNlcjpwYXNz", "hg_b"), "hg_b");
  EXPECT_EQ(credential("Bearerhg_a", "hg_b"), "hg_b");
  EXPECT_EQ(credential("Bearer", "hg_b"), "hg_b");
}

TEST(Credential, IsEmptyWhenNoneCame) {
  EXPECT_EQ(credential("", ""), "");
  EXPECT_EQ(credential("Basic dXNlcjpwYXNz", ""), "");
}

}  // namespace headgate::access
