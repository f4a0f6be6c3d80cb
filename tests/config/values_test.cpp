// Units, addresses, URLs.
#include "support.hpp"

namespace headgate::config {
namespace {

using core::milliseconds;
using std::chrono::hours;

milliseconds drain(const std::string& text) {
  const auto result = load_plain(lab + "server: {drain: " + text + "}\n");
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->server.drain : milliseconds(-1);
}

std::size_t body(const std::string& text) {
  const auto result = load_plain(lab + "server: {max_body: " + text + "}\n");
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->server.max_body : 0;
}

server::Address listen(const std::string& text) {
  const auto result = load_plain(lab + "server: {listen: \"" + text + "\"}\n");
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->server.listen : server::Address{};
}

std::string base_url(const std::string& url) {
  return "models: {m: {provider: lab}}\nproviders:\n  lab: {type: openai_compatible, base_url: \"" + url + "\"}\n";
}

std::string url_of(const std::string& url) {
  const auto result = load_plain(base_url(url));
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->providers[0].base_url : "";
}

}  // namespace

TEST(Values, DurationsCarryUnits) {
  EXPECT_EQ(drain("800ms"), milliseconds(800));
  EXPECT_EQ(drain("2s"), milliseconds(2000));
  EXPECT_EQ(drain("1.5s"), milliseconds(1500));
  EXPECT_EQ(drain("0.25m"), milliseconds(15000));
  EXPECT_EQ(drain("1h"), hours(1));
  EXPECT_EQ(drain("\"30s\""), milliseconds(30000));
  EXPECT_EQ(drain("0s"), milliseconds(0));
  const auto within = load_plain(lab + "failover: {within: 2d}\n").settings;
  ASSERT_TRUE(within);
  EXPECT_EQ(within->routing.failover.within, hours(48));
}

TEST(Values, DurationWithoutUnitSaysWhatToWrite) {
  expect_only(lab + "server: {drain: 10}\n", {"HG-1105", 6, 17, "`10` has no unit", "write `10s`", "ms, s, m, h or d"});
  expect_only(lab + "server: {drain: 1.5}\n", {"HG-1105", 6, 17, "", "write `1.5s`", ""});
}

TEST(Values, UnknownUnitsNameTheOneThatIsMeant) {
  expect_only(lab + "server: {drain: 10sec}\n", {"HG-1106", 6, 17, "`sec`", "did you mean `10s`?", ""});
  expect_only(lab + "server: {drain: 5minutes}\n", {"HG-1106", 6, 17, "", "did you mean `5m`?", ""});
  expect_only(lab + "server: {max_body: 32M}\n", {"HG-1106", 6, 20, "`M`", "did you mean `32MiB`?", ""});
  expect_only(lab + "server: {max_body: 32mib}\n", {"HG-1106", 6, 20, "", "", "KiB"});
  expect_only(lab + "server: {drain: 3parsecs}\n", {"HG-1106", 6, 17, "`parsecs`", "", ""});
}

TEST(Values, MalformedQuantitiesShowTheForm) {
  expect_only(lab + "server: {drain: 10 s}\n", {"HG-1107", 6, 17, "space", "write `10s`", ""});
  expect_only(lab + "server: {drain: soon}\n",
              {"HG-1107", 6, 17, "`soon` is not a duration", "", "a number with a unit"});
  expect_only(lab + "server: {drain: -5s}\n", {"HG-1107", 6, 17, "", "", ""});
  expect_only(lab + "server: {drain: 1.2345s}\n", {"HG-1107", 6, 17, "too many digits", "", ""});
  expect_only(lab + "server: {max_body: 1.5MiB}\n", {"HG-1107", 6, 20, "too many digits", "", ""});
}

TEST(Values, DurationsAndSizesHaveBounds) {
  expect_only(lab + "server: {drain: 2h}\n", {"HG-1104", 6, 17, "`2h` is too large", "", "at most 1h"});
  expect_only(lab + "server: {timeouts: {idle: 0s}}\n", {"HG-1104", 6, 27, "`0s` is too small", "", "at least 1ms"});
  expect_only(lab + "failover: {within: 999999999d}\n", {"HG-1104", 6, 20, "too long", "", "3650d"});
  expect_only(lab + "server: {max_header: 2MiB}\n", {"HG-1104", 6, 22, "too large", "", "at most 1MiB"});
  expect_only(lab + "server: {max_body: 999999999999GiB}\n", {"HG-1104", 6, 20, "too large", "", ""});
}

TEST(Values, SizesAreBytesInPowersAsWritten) {
  EXPECT_EQ(body("1024B"), 1024u);
  EXPECT_EQ(body("2KB"), 2000u);
  EXPECT_EQ(body("2KiB"), 2048u);
  EXPECT_EQ(body("3MB"), 3'000'000u);
  EXPECT_EQ(body("32MiB"), 33'554'432u);
  EXPECT_EQ(body("1GiB"), 1'073'741'824u);
  expect_only(lab + "server: {max_body: 33554432}\n", {"HG-1105", 6, 20, "no unit", "", "KiB"});
  expect_only(lab + "server: {max_header: 64}\n", {"HG-1105", 6, 22, "no unit", "write `64KiB`", ""});
  expect_only(lab + "server: {max_body: 64}\n", {"HG-1105", 6, 20, "no unit", "write `64MiB`", ""});
}

TEST(Values, MoneyIsInDollars) {
  const auto rule = [](const std::string& cost) {
    return lab + "rules: [{when: {}, use: {max_cost: " + cost + "}}]\n";
  };
  for (const char* good : {"$0.002", "$50", "$0.000000000001"}) EXPECT_TRUE(load_plain(rule(good)).settings) << good;
  expect(rule("0.002"), {"HG-1105", 6, 36, "`0.002` has no currency", "write `$0.002`", ""});
  expect(rule("2EUR"), {"HG-1107", 6, 36, "not an amount", "", "$0.002"});
  expect(rule("$1e3"), {"HG-1107", 6, 36, "not an amount", "", ""});
  expect(rule("$-1"), {"HG-1107", 6, 36, "not an amount", "", ""});
}

TEST(Values, AddressesAreIpAndPort) {
  EXPECT_EQ(listen("127.0.0.1:0"), (server::Address{"127.0.0.1", 0}));
  EXPECT_EQ(listen("[::1]:8080"), (server::Address{"::1", 8080}));
  EXPECT_EQ(listen("localhost:80"), (server::Address{"127.0.0.1", 80}));
}

TEST(Values, MalformedAddressesSayWhy) {
  const auto expect_bad = [](const std::string& text, const std::string& hint) {
    expect_only(lab + "server: {listen: \"" + text + "\"}\n",
                {"HG-1405", 6, 18, "is not an address", hint, "127.0.0.1:8080"});
  };
  expect_bad("127.0.0.1", "add the port");
  expect_bad("8080", "`127.0.0.1:8080`");
  expect_bad(":8080", "0.0.0.0 for every network");
  expect_bad("::1:8080", "stands in brackets");
  expect_bad("[::1", "stands in brackets");
  expect_bad("gateway.local:8080", "names are not looked up");
  expect_bad("127.0.0.1:65536", "a number from 0 to 65535");
  expect_bad("127.0.0.1:http", "a number");
  expect_bad("127.0.0.256:80", "IP address");
  expect_bad("[127.0.0.1]:80", "");
}

TEST(Values, BaseUrlsLoseTheirLastSlash) {
  EXPECT_EQ(url_of("http://127.0.0.1:9000/v1/"), "http://127.0.0.1:9000/v1");
  EXPECT_EQ(url_of("https://[2001:db8::1]:8443"), "https://[2001:db8::1]:8443");
  EXPECT_EQ(url_of("https://api.example.com"), "https://api.example.com");
}

TEST(Values, MalformedBaseUrlsSayWhy) {
  const auto expect_bad = [](const std::string& url, const std::string& message) {
    expect_only(base_url(url), {"HG-1205", 3, 44, message, "", ""});
  };
  expect_bad("api.example.com/v1", "does not begin with");
  expect_bad("https://", "no valid host");
  expect_bad("https://:80/", "no valid host");
  expect_bad("https://a..b/", "no valid host");
  expect_bad("https://[::1/v1", "no valid host");
  expect_bad("https://[nonsense]/v1", "no valid host");
  expect_bad("https://host:0/v1", "port");
  expect_bad("https://host:99999/v1", "port");
  expect_bad("https://host:/v1", "port");
  expect_bad("https://host/v1?x=1", "query or fragment");
  expect_bad("https://host/v 1", "must be escaped");
  expect_bad("https://ho st/v1", "no valid host");
}

TEST(Values, BaseUrlsWithCredentialsAreRefusedUnseen) {
  const auto text = base_url("https://user:hunter2@host/v1");
  expect_only(text, {"HG-1206", 3, 44, "user name or password", "use `key`", ""});
  EXPECT_EQ(to_text(load_plain(text).diagnostics).find("hunter2"), std::string::npos);
}

TEST(Values, BaseUrlsAreHttp) {
  expect_only(base_url("ftp://host/v1"), {"HG-1207", 3, 44, "`ftp` is not spoken here", "", "https://"});
}

TEST(Values, CompatibleProvidersNeedABaseUrl) {
  expect_only("providers:\n  lab: {type: openai_compatible}\nmodels: {m: {provider: lab}}\n",
              {"HG-1208", 2, 3, "provider `lab` has no `base_url`", "", "https://api.example.com/v1"});
}

TEST(Values, NetworksArePrefixes) {
  const auto proxies = [](const std::string& network) {
    return lab + "server: {trusted_proxies: [\"" + network + "\"]}\n";
  };
  for (const char* good : {"10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32"})
    EXPECT_TRUE(load_plain(proxies(good)).settings) << good;
  for (const char* bad : {"10.0.0.0", "10.0.0.0/33", "::/129", "host/8", "10.0.0/8", "/8"}) {
    expect(proxies(bad), {"HG-1107", 6, 28, "is not a network", "", "10.0.0.0/8"});
  }
  expect(proxies("10.1.2.3/8"), {"HG-1107", 6, 28, "bits are set behind its length; write 10.0.0.0/8", "", ""});
  expect(proxies("10.1.2.3"), {"HG-1107", 6, 28, "this address alone is 10.1.2.3/32", "", ""});
}

}  // namespace headgate::config
