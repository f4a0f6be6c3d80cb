#include "headgate/providers/sigv4.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace headgate::providers {
namespace {

using std::chrono::seconds;

constexpr core::WallTime day_of_the_vectors{seconds{1440938160}};  // 2015-08-30T12:36:00Z
constexpr std::string_view no_payload = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

AwsCredentials example(std::string token = {}) {
  return {"AKIDEXAMPLE", core::Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), core::Secret(std::move(token))};
}

// Of AWS's published test suite: service "service", region us-east-1, no header of the payload's hash.
std::string signature_of(std::string_view method, std::string_view query,
                         std::vector<std::pair<std::string_view, std::string_view>> headers = {}) {
  const SignedRequest request{method, "example.amazonaws.com", "/", query, headers, no_payload, false};
  const auto lines = sign(request, example(), {"us-east-1", "service"}, day_of_the_vectors);
  const auto at = lines.reveal().find("Signature=");
  return std::string(lines.reveal().substr(at + 10, 64));
}

TEST(SigV4, SignsAsThePublishedVectorsDo) {
  EXPECT_EQ(signature_of("GET", ""), "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  EXPECT_EQ(signature_of("GET", "Param2=value2&Param1=value1"),
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  EXPECT_EQ(signature_of("POST", ""), "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  EXPECT_EQ(signature_of("POST", "", {{"My-Header1", "VALUE1"}}),
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d");
}

TEST(SigV4, SignsAsTheVendorsOwnLibraryDoes) {
  std::ifstream file(HEADGATE_SOURCE_DIR "/tests/fixtures/sigv4/cases.json");
  const auto fixture = nlohmann::json::parse(file);
  ASSERT_GE(fixture["cases"].size(), 8u);
  for (const auto& item : fixture["cases"]) {
    const auto text = [&](const char* name) { return item[name].get<std::string>(); };
    const auto method = text("method"), host = text("host"), path = text("path"), query = text("query");
    const auto digest = hex_sha256(text("body"));
    std::vector<std::pair<std::string, std::string>> kept;
    for (const auto& [name, value] : item["headers"].items()) kept.emplace_back(name, value);
    const std::vector<std::pair<std::string_view, std::string_view>> headers(kept.begin(), kept.end());
    const auto lines = sign({method, host, path, query, headers, digest}, example(text("session_token")),
                            {"eu-central-1", "bedrock"}, day_of_the_vectors);
    EXPECT_NE(lines.reveal().find("Authorization: " + text("authorization") + "\r\n"), std::string_view::npos)
        << item["name"];
  }
}

TEST(SigV4, SendsWhatItSigned) {
  const auto lines = sign({"POST", "h", "/", "", {}, no_payload}, example("t0ken"), {"eu-north-1", "bedrock"},
                          day_of_the_vectors + std::chrono::milliseconds(999));
  EXPECT_TRUE(
      lines.reveal().starts_with("X-Amz-Date: 20150830T123600Z\r\nX-Amz-Security-Token: t0ken\r\n"
                                 "X-Amz-Content-Sha256: e3b0c44298fc1c149afbf4c8996fb924"));
  EXPECT_TRUE(lines.reveal().ends_with("\r\n"));
}

TEST(SigV4, ChangesWithEverythingThatCounts) {
  const auto base = signature_of("GET", "");
  EXPECT_NE(signature_of("PUT", ""), base);
  EXPECT_NE(signature_of("GET", "a=b"), base);
  const SignedRequest request{"GET", "example.amazonaws.com", "/", "", {}, no_payload, false};
  for (const auto& scope : {AwsScope{"us-east-2", "service"}, AwsScope{"us-east-1", "bedrock"}})
    EXPECT_EQ(sign(request, example(), scope, day_of_the_vectors).reveal().find(base), std::string_view::npos);
  const auto later = sign(request, example(), {"us-east-1", "service"}, day_of_the_vectors + seconds(1));
  EXPECT_EQ(later.reveal().find(base), std::string_view::npos);
}

TEST(SigV4, HashesAsEverybodyDoes) {
  EXPECT_EQ(hex_sha256(""), no_payload);
  EXPECT_EQ(hex_sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace headgate::providers
