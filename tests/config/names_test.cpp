// Keys, words and names of the file's own things.
#include "support.hpp"

namespace headgate::config {

TEST(Names, UnknownKeysNameTheNearest) {
  expect_only(lab + "server:\n  lisen: 127.0.0.1:80\n",
              {"HG-1002", 7, 3, "unknown key `lisen` in `server`", "did you mean `listen`?", "listen"});
  expect_only(lab + "sever: {}\n",
              {"HG-1002", 6, 1, "unknown key `sever` at the top level", "did you mean `server`?", "providers"});
  expect_only(lab + "zzzzzzzz: 1\n", {"HG-1002", 6, 1, "", "", ""});
}

TEST(Names, WordsOfOtherGatewaysAreTranslated) {
  expect("providers:\n  x: {type: openai_compatible, api_base: http://h/v1}\nmodels: {m: {provider: x}}\n",
         {"HG-1002", 2, 32, "`api_base`", "did you mean `base_url`?", ""});
  expect("providers:\n  x: {type: simulated, api_key: none}\nmodels: {m: {provider: x}}\n",
         {"HG-1002", 2, 24, "`api_key`", "did you mean `key`?", ""});
}

TEST(Names, WrongTypesSayWhatIsThereAndWhatBelongsThere) {
  expect_only(lab + "server: 8080\n", {"HG-1101", 6, 9, "`server` is the number `8080`", "", "a mapping"});
  expect_only(lab + "log:\n", {"HG-1101", 6, 1, "`log` is nothing", "", "a mapping"});
  expect_only(lab + "pools: {default: small}\n",
              {"HG-1101", 6, 18, "the text `small`", "write it in brackets: `[small]`", "a list"});
  expect_only(lab + "failover: {max_attempts: \"3\"}\n",
              {"HG-1101", 6, 26, "the quoted text `3`", "without quotes", "a whole number from 1 to 100"});
  expect_only(lab + "failover: {max_attempts: 2.5}\n", {"HG-1101", 6, 26, "the number `2.5`", "", "a whole number"});
  expect_only("providers: {lab: {type: simulated}}\nmodels: {m: {provider: lab, upstream: 7}}\n",
              {"HG-1101", 2, 39, "the number `7`", "write it in quotes: `\"7\"`", ""});
}

TEST(Names, YesAndOnAreWordsAndBooleansAreTrueAndFalse) {
  expect(lab + "cache: {exact: {enabled: yes}}\n",
         {"HG-1101", 6, 26, "the text `yes`", "write `true`", "true or false"});
  expect(lab + "cache: {exact: {enabled: off}}\n", {"HG-1101", 6, 26, "", "write `false`", ""});
}

TEST(Names, BareOffIsReadAsAWord) {
  const auto result = load_plain(lab + "guard: {injection: {action: off}}\n");
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
}

TEST(Names, UnknownWordsNameTheNearest) {
  expect_only(lab + "log: {level: wran}\n",
              {"HG-1103", 6, 14, "`wran` is not known", "did you mean `warn`?", "one of debug, info, warn or error"});
  expect_only(lab + "log: {requests: no}\n", {"HG-1103", 6, 17, "`no`", "", "all, errors or none"});
  expect_only(lab + "server: {workers: aut}\n", {"HG-1103", 6, 19, "`aut`", "`auto`", "auto"});
}

TEST(Names, NumbersHaveBounds) {
  expect_only(lab + "failover: {max_attempts: 0}\n", {"HG-1104", 6, 26, "`0` is out of range", "", "from 1 to 100"});
  expect_only(lab + "server: {workers: 5000}\n", {"HG-1104", 6, 19, "`5000`", "", "1 to 1024"});
  expect_only(lab + "failover: {max_attempts: 99999999999999999999999}\n", {"HG-1104", 6, 26, "", "", ""});
  expect("providers: {s: {type: simulated, error_rate: 1.5}}\nmodels: {m: {provider: s}}\n",
         {"HG-1104", 1, 46, "`1.5`", "", "from 0 to 1"});
}

TEST(Names, RequiredKeysAreAskedFor) {
  expect("providers:\n  lab: {base_url: http://h/v1}\nmodels: {m: {provider: lab}}\n",
         {"HG-1102", 2, 3, "missing key `type` in `providers.lab`", "", "openai"});
  expect("providers:\n  lab: {type: simulated}\nmodels:\n  m: {}\n",
         {"HG-1102", 4, 3, "missing key `provider` in `models.m`", "", "name of a provider"});
  expect(lab + "server: {tls: {cert: c.pem}}\n", {"HG-1102", 6, 10, "missing key `key` in `server.tls`", "", "a path"});
}

TEST(Names, ModelsNameKnownProviders) {
  expect("providers: {lab: {type: simulated}}\nmodels:\n  m: {provider: lba}\n",
         {"HG-1201", 3, 17, "no provider `lba`", "did you mean `lab`?", "lab"});
}

TEST(Names, PoolsNameKnownModels) {
  expect_only(lab + "pools: {default: [small, smal]}\n",
              {"HG-1202", 6, 26, "no model `smal`", "did you mean `small`?", ""});
}

TEST(Names, RulesNameKnownPools) {
  expect(lab + "pools: {cheap: [small]}\nrules: [{when: {}, use: {pool: cheep}}]\n",
         {"HG-1203", 7, 32, "no pool `cheep`", "did you mean `cheap`?", ""});
  EXPECT_TRUE(load_plain(lab + "rules: [{when: {}, use: {pool: default}}]\n").settings);
}

TEST(Names, RulesNameKnownZones) {
  expect(lab + "access: {zones: {office: {networks: [10.0.0.0/8]}}}\nrules: [{when: {zone: ofice}, use: {}}]\n",
         {"HG-1212", 7, 23, "no zone `ofice`", "did you mean `office`?", ""});
  expect(lab + "rules: [{when: {zone: [lan]}, use: {}}]\n",
         {"HG-1212", 6, 24, "no zone `lan`", "add it under `access.zones`", ""});
  expect_only(lab + "rules: [{when: {zone: lan}, use: {}}]\n",
              {"HG-1212", 6, 23, "no zone `lan`", "add it under `access.zones`", ""});
}

TEST(Names, ZonesAreBounded) {
  std::string zones = lab + "access:\n  zones:\n";
  for (int i = 0; i < 64; ++i)
    zones += "    z" + std::to_string(i) + ": {networks: [10.0." + std::to_string(i) + ".0/24]}\n";
  EXPECT_TRUE(load_plain(zones).settings);
  expect_only(zones + "    one_more: {networks: [10.1.0.0/24]}\n",
              {"HG-1113", 8, 5, "`access.zones` has 65 entries", "", "at most 64"});
  expect(lab + "access: {zones: {a b: {networks: [10.0.0.0/8]}}}\n", {"HG-1108", 6, 18, "cannot be a name", "", ""});
  expect(lab + "access: {zones: {a: {networks: []}}}\n", {"HG-1111", 6, 32, "is empty", "", "at least one"});
}

TEST(Names, ZonesWithoutAnAddressAreAWarning) {
  expect_only(lab +
                  "access:\n  zones:\n    all: {networks: [10.0.0.0/8]}\n    low: {networks: [10.0.0.0/9]}\n"
                  "    high: {networks: [10.128.0.0/9]}\n",
              {"HG-1507", 8, 5, "no address lies in zone `all`", "take networks out of the others", ""});
}

TEST(Names, ListsHaveAnEnd) {
  std::string text = lab + "rules:\n";
  for (int i = 0; i < 1000; ++i) text += "  - {when: {tenant: t" + std::to_string(i) + "}, use: {}}\n";
  EXPECT_TRUE(load_plain(text).settings);
  expect(text + "  - {when: {}, use: {}}\n", {"HG-1113", 7, 3, "`rules` has 1001 entries", "", "at most 1000"});
}

TEST(Names, ProviderTypesAreKnownWords) {
  expect("providers: {x: {type: opnai}}\nmodels: {m: {provider: x}}\n",
         {"HG-1204", 1, 23, "`opnai`", "did you mean `openai`?", "openai_compatible"});
}

TEST(Names, ListsAreNeitherEmptyNorRepeated) {
  expect_only(lab + "pools: {default: []}\n", {"HG-1111", 6, 18, "`pools.default` is empty", "", "at least one"});
  expect_only(lab + "pools: {default: [small, small]}\n", {"HG-1112", 6, 26, "`small` is listed twice", "", ""});
}

TEST(Names, ModelNamesArePrintableAndBounded) {
  const std::string head = "providers: {lab: {type: simulated}}\nmodels:\n  ";
  expect(head + "\"a b\": {provider: lab}\n", {"HG-1108", 3, 3, "`a b`", "", "printable ASCII"});
  expect(head + "\xC3\xA4: {provider: lab}\n", {"HG-1108", 3, 3, "", "", ""});
  expect(head + "\"\": {provider: lab}\n", {"HG-1108", 3, 3, "", "", ""});
  expect(head + std::string(129, 'm') + ": {provider: lab}\n", {"HG-1108", 3, 3, "", "", ""});
  expect(head + "\"a\\nb\": {provider: lab}\n", {"HG-1108", 3, 3, "", "", ""});
  expect_clean({}, head + std::string(128, 'm') + ": {provider: lab}\n");
  expect_clean({}, head + "\"meta/llama3.1:8b\": {provider: lab}\n");
}

TEST(Names, ModelNamesWithAMeaningInRequestsAreReserved) {
  for (const char* name : {"auto", "\"auto:code\"", "\"pool:x\"", "\"m:floor\"", "\"m:nitro\""}) {
    expect("providers: {lab: {type: simulated}}\nmodels:\n  " + std::string(name) + ": {provider: lab}\n",
           {"HG-1210", 3, 3, "means something else", "are taken", ""});
  }
}

TEST(Names, ProviderAndPoolNamesArePlain) {
  expect("providers: {\"my lab\": {type: simulated}}\nmodels: {m: {provider: \"my lab\"}}\n",
         {"HG-1108", 1, 13, "`my lab`", "", "letters, digits"});
  expect(lab + "pools: {-x: [small]}\n", {"HG-1108", 6, 9, "`-x`", "", ""});
}

TEST(Names, WithoutModelsThereIsNothingToServe) {
  expect("providers: {lab: {type: simulated}}\n", {"HG-1209", 1, 1, "no model to serve", "models:", ""});
  expect("providers: {lab: {type: simulated}}\nmodels: {}\n", {"HG-1209", 2, 9, "no model to serve", "", ""});
}

TEST(Names, ProvidersWithoutModelsAreAWarning) {
  expect_only(lab + "pools: {default: [small]}\n" + "log: {}\n" + "drain: 1s\n", {"HG-1002", 8, 1, "`drain`", "", ""});
  expect_only("providers:\n  a: {type: simulated}\n  b: {type: simulated}\nmodels: {m: {provider: a}}\n",
              {"HG-1211", 3, 3, "provider `b` has no model", "", ""});
}

TEST(Names, PlannedKeysAreAcceptedWithOneWarningEach) {
  expect_only(lab + "audit:\n  content: none\n",
              {"HG-1901", 6, 1, "`audit` is understood but not in effect in this version", "", ""});
  const auto result = load_plain(lab +
                                 "access: {zones: {lan: {networks: [10.0.0.0/8], requests_per_minute: 9},\n"
                                 "                 all: {networks: [\"::/0\"], requests_per_minute: 9}}}\n");
  ASSERT_EQ(result.diagnostics.size(), 1u) << to_text(result.diagnostics);
  EXPECT_EQ(result.diagnostics[0].message,
            "`access.zones.lan.requests_per_minute` is understood but not in effect in this version (nor 1 more like "
            "it)");
}

TEST(Names, UnknownNamesInPlannedPartsAreWarnings) {
  const auto result = load_plain(lab + "guard: {model: {use: smal}}\n");
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  EXPECT_EQ(result.diagnostics.size(), 2u) << to_text(result.diagnostics);
}

TEST(Names, PlannedKeysAreCheckedAllTheSame) {
  expect(lab + "audit:\n  retention: 24\n", {"HG-1105", 7, 14, "`24` has no unit", "`24d`", ""});
  expect(lab + "breakers: {windw: 30s}\n", {"HG-1002", 6, 12, "`windw` in `breakers`", "`window`", ""});
  expect(lab + "guard: {model: {use: smal}}\n", {"HG-1202", 6, 22, "no model `smal`", "`small`", ""});
}

TEST(Names, KeysOfSimulatedProvidersHaveNoEffectElsewhere) {
  expect_only(
      "providers:\n  lab: {type: openai_compatible, base_url: http://h/v1, latency: 5ms}\nmodels: {m: {provider: "
      "lab}}\n",
      {"HG-1902", 2, 57, "`latency` has no effect", "type: simulated", ""});
}

TEST(Names, MissingModelsAreNotToldWhenAnotherMistakeMayBeTheReason) {
  expect_only("providers: {lab: {type: simulated}}\nmodles: {m: {provider: lab}}\n",
              {"HG-1002", 2, 1, "`modles`", "`models`", ""});
}

TEST(Names, SeveralErrorsComeAtOnceInTheOrderOfTheFile) {
  const auto result =
      load_plain("server: {lisen: x, drain: 5}\nproviders: {lab: {type: simulatd}}\nmodels: {m: {provider: lap}}\n");
  std::vector<std::string> found;
  for (const auto& diagnostic : result.diagnostics) found.push_back(diagnostic.code);
  EXPECT_EQ(found, (std::vector<std::string>{"HG-1002", "HG-1105", "HG-1204", "HG-1201"}))
      << to_text(result.diagnostics);
}

}  // namespace headgate::config
