// What depends on the machine: keys, files, addresses that the network reaches.
#include "support.hpp"

namespace headgate::config {
namespace {

const std::string certificate = "-----BEGIN CERTIFICATE-----\n";

std::string with_key(const std::string& key) {
  return "providers:\n  lab: {type: openai_compatible, base_url: http://h/v1, key: " + key +
         "}\nmodels: {m: {provider: lab}}\n";
}

std::string with_headers(const std::string& headers) {
  return "providers:\n  lab: {type: simulated, headers: " + headers + "}\nmodels: {m: {provider: lab}}\n";
}

void expect_key(const World& world, const std::string& text, const std::string& key, const std::string& source) {
  const auto result = load_in(world, text);
  ASSERT_TRUE(result.settings) << to_text(result.diagnostics);
  EXPECT_EQ(result.settings->providers[0].key.reveal(), key);
  EXPECT_EQ(result.settings->providers[0].key_source, source);
}

}  // namespace

TEST(Keys, ComeFromWhereTheReferencePoints) {
  World world;
  world.variables["LAB_KEY"] = "from-variable";
  world.files["/run/lab"] = "from-file\n";
  world.files["./headgate-data/secrets/lab"] = "from-store\r\n";
  expect_key(world, with_key("env:LAB_KEY"), "from-variable", "env:LAB_KEY");
  expect_key(world, with_key("file:/run/lab"), "from-file", "file:/run/lab");
  expect_key(world, with_key("secret:lab"), "from-store", "secret:lab");
  expect_key(world, with_key("none"), "", "none");
}

TEST(Keys, StoreLiesUnderTheDataFolder) {
  World world;
  world.files["/var/lib/headgate/secrets/lab"] = "k";
  expect_key(world, "data_dir: /var/lib/headgate\n" + with_key("secret:lab"), "k", "secret:lab");
}

TEST(Keys, UsualVariableIsTheDefault) {
  World world;
  world.variables["OPENAI_API_KEY"] = "k";
  expect_key(world, "providers: {openai: {type: openai}}\nmodels: {m: {provider: openai}}\n", "k",
             "env:OPENAI_API_KEY");
  expect("providers:\n  openai: {type: openai}\nmodels: {m: {provider: openai}}\n",
         {"HG-1302", 2, 3, "`OPENAI_API_KEY` is not set", "", ""});
  expect_key({}, "providers: {o: {type: ollama}}\nmodels: {m: {provider: o}}\n", "", "none");
}

TEST(Keys, LiteralKeyIsRefusedWithTheWayOutAndNeverShown) {
  for (const char* key : {"hunter2-hunter2", "\"hunter2-hunter2\"", "'hunter2-hunter2'", "\n    hunter2-hunter2",
                          "[hunter2-hunter2]", "{a: hunter2-hunter2}"}) {
    const auto result = load_plain(with_key(key));
    EXPECT_FALSE(result.settings);
    for (const auto& shown :
         {to_text(result.diagnostics), to_json(result.diagnostics), to_github(result.diagnostics)}) {
      EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
    }
  }
  expect(with_key("hunter2-hunter2"), {"HG-1301", 2, 62, "does not belong in this file", "env:NAME", "secret:NAME"});
  expect(with_key("12345678"), {"HG-1301", 2, 62, "", "", ""});
}

TEST(Keys, LiteralKeyIsMaskedInLinesShownForOtherReasons) {
  const auto result =
      load_plain("providers:\n  lab: {typ: simulated, key: hunter2-hunter2}\nmodels: {m: {provider: lab}}\n");
  const auto shown = to_text(result.diagnostics);
  EXPECT_NE(shown.find("HG-1002"), std::string::npos);
  EXPECT_NE(shown.find("********"), std::string::npos);
  EXPECT_EQ(shown.find("hunter2"), std::string::npos) << shown;
}

TEST(Keys, MissingVariableIsNamed) {
  expect_only(with_key("env:LAB_KEY"), {"HG-1302", 2, 62, "`LAB_KEY` is not set", "where headgate is started", ""});
}

TEST(Keys, UnreadableFileIsNamed) {
  expect_only(with_key("file:/run/lab"), {"HG-1303", 2, 62, "`/run/lab`: No such file", "", ""});
}

TEST(Keys, MissingSecretIsNamed) {
  expect_only(with_key("secret:lab"),
              {"HG-1304", 2, 62, "no secret `lab`", "`./headgate-data/secrets/lab`, mode 600", ""});
}

TEST(Keys, SecretMustBePrivate) {
  World world;
  world.files["./headgate-data/secrets/lab"] = "k";
  world.modes["./headgate-data/secrets/lab"] = 0640;
  expect_in(world, with_key("secret:lab"), {"HG-1306", 2, 62, "can be read by other users", "chmod 600", ""});
}

TEST(Keys, AreOneLineOfVisibleAscii) {
  World world;
  for (const std::string bad : {"", "\n", "two words", "two\nlines", "caf\xC3\xA9", "a\tb"}) {
    world.variables["LAB_KEY"] = bad;
    expect_in(world, with_key("env:LAB_KEY"), {"HG-1305", 2, 62, "`LAB_KEY`", "", "visible ASCII"});
  }
  world.variables["LAB_KEY"] = std::string(70'000, 'k');
  expect_in(world, with_key("env:LAB_KEY"), {"HG-1305", 2, 62, "too long", "", ""});
}

TEST(Keys, ReferencesCannotLeaveTheStore) {
  for (const char* bad : {"\"secret:../x\"", "\"secret:a/b\"", "\"secret:\"", "\"secret:.hidden\"", "\"env:\"",
                          "\"env:A-B\"", "\"env:1A\"", "\"file:\"", "\"file:/a\\0b\""}) {
    expect(with_key(bad), {"HG-1107", 2, 62, "not a reference to a secret", "", "env:NAME"});
  }
}

TEST(Access, IsOpenOnLoopbackAndRequiredElsewhereUnlessWritten) {
  const auto auth = [](const std::string& text) {
    const auto result = load_plain(lab + text);
    EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
    return result.settings->access.auth;
  };
  EXPECT_EQ(auth(""), access::Auth::open);
  EXPECT_EQ(auth("server: {listen: \"[::1]:80\"}\n"), access::Auth::open);
  EXPECT_EQ(auth("server: {listen: 127.9.9.9:80}\n"), access::Auth::open);
  EXPECT_EQ(auth("server: {listen: \"[::ffff:127.0.0.1]:80\"}\n"), access::Auth::open);
  EXPECT_EQ(auth("access: {auth: required}\n"), access::Auth::required);
  EXPECT_EQ(auth("server: {listen: 0.0.0.0:80}\n"), access::Auth::required);
  EXPECT_EQ(auth("server: {listen: \"[::]:80\"}\n"), access::Auth::required);
  EXPECT_EQ(auth("server: {listen: 10.0.0.1:80}\naccess: {auth: open}\n"), access::Auth::open);
}

TEST(Access, OpenToTheNetworkIsAWarning) {
  expect_only(lab + "server: {listen: 0.0.0.0:80}\naccess: {auth: open}\n",
              {"HG-1401", 6, 18, "can spend", "auth: required", ""});
}

TEST(Access, NetworkAddressWithoutTenantKeysIsRefused) {
  const std::string text = lab + "server: {listen: 0.0.0.0:80}\n";
  World world;
  world.tenant_keys = false;
  expect_in(world, text, {"HG-1402", 6, 18, "no tenant key", "headgate key create --tenant NAME", ""});
  world.tenant_keys = true;
  expect_clean(world, text);
  world.tenant_keys = false;
  expect_clean(world, lab + "access: {auth: required}\n");
}

TEST(Access, AdminApiStaysOnLoopback) {
  expect_only(lab + "server: {admin_listen: 0.0.0.0:9}\n",
              {"HG-1403", 6, 24, "the admin API has no keys", "127.0.0.1:9", "loopback"});
}

TEST(Access, ListenersDoNotShareAPort) {
  expect_only(lab + "server: {listen: 127.0.0.1:9, admin_listen: 127.0.0.1:9}\n",
              {"HG-1404", 6, 45, "`127.0.0.1:9`", "different ports", ""});
  expect(lab + "server: {listen: 0.0.0.0:8081}\n", {"HG-1404", 6, 18, "", "", ""});
  expect_clean({}, lab + "server: {listen: 127.0.0.1:0, admin_listen: 127.0.0.1:0}\n");
  expect_clean({}, lab + "server: {listen: 127.0.0.2:9, admin_listen: 127.0.0.1:9}\n");
}

TEST(Files, TlsMustBeReadablePem) {
  World world;
  world.files["cert.pem"] = certificate;
  world.files["key.pem"] = "-----BEGIN PRIVATE KEY-----\n";
  world.files["empty.pem"] = "";
  expect_clean(world, lab + "server: {tls: {cert: cert.pem, key: key.pem, client_ca: cert.pem}}\n");
  expect_in(world, lab + "server: {tls: {cert: no.pem, key: key.pem}}\n",
            {"HG-1406", 6, 22, "`no.pem`: No such file", "relative paths", "PEM"});
  expect_in(world, lab + "server: {tls: {cert: cert.pem, key: no.pem}}\n", {"HG-1406", 6, 37, "`no.pem`", "", ""});
  expect_in(world, lab + "server: {tls: {cert: cert.pem, key: empty.pem}}\n",
            {"HG-1406", 6, 37, "holds no PEM block", "", ""});
}

TEST(Files, CaFileMustBeReadablePem) {
  const std::string text =
      "providers:\n  lab: {type: openai_compatible, base_url: https://h/v1, ca_file: ca.pem}\nmodels: {m: {provider: "
      "lab}}\n";
  expect_only(text, {"HG-1407", 2, 67, "`ca.pem`", "", "PEM"});
  World world;
  world.files["ca.pem"] = certificate;
  expect_clean(world, text);
}

TEST(Headers, FollowHttp) {
  expect_clean({}, with_headers("{X-Team: search, X-Empty: \"\"}"));
  expect_only(with_headers("{\"X Team\": a}"), {"HG-1408", 2, 36, "a name that HTTP does not allow", "", ""});
  expect_only(with_headers("{\"\": a}"), {"HG-1408", 2, 36, "a name", "", ""});
  expect_only(with_headers("{X-Team: \"a\\r\\nB: c\"}"),
              {"HG-1408", 2, 36, "a value that HTTP does not allow", "", ""});
  expect_only(with_headers("{X-Team: \"a\\0b\"}"), {"HG-1408", 2, 36, "a value", "", ""});
  expect_only(with_headers("{X-Team: \" a\"}"), {"HG-1408", 2, 36, "a value", "", ""});
  expect_only(with_headers("{X-Team: 7}"), {"HG-1101", 2, 44, "the number `7`", "in quotes", ""});
}

TEST(Headers, OnesThatHeadgateWritesAreRefused) {
  for (const char* name : {"host", "Content-Length", "Transfer-Encoding", "Connection", "X-Amz-Date"})
    expect_only(with_headers("{" + std::string(name) + ": x}"),
                {"HG-1408", 2, 36, "written by Headgate itself", "leave it out", ""});
  for (const char* name : {"Authorization", "X-API-Key"})
    expect_only(with_headers("{" + std::string(name) + ": x}"),
                {"HG-1408", 2, 36, "written by Headgate itself", "`key`", ""});
}

}  // namespace headgate::config
