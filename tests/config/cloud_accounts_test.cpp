// Accounts whose requests are signed, and accounts whose requests carry an access token.
#include "key_file.hpp"
#include "support.hpp"

namespace headgate::config {
namespace {

std::string with(const std::string& provider) {
  return "providers:\n  lab: {" + provider + "}\nmodels: {m: {provider: lab}}\n";
}

World aws() {
  World world;
  world.variables = {{"AWS_ACCESS_KEY_ID", "AKID"}, {"AWS_SECRET_ACCESS_KEY", "s3cret"}, {"AWS_REGION", "eu-north-1"}};
  return world;
}

World google() {
  World world;
  world.files["/sa.json"] = key_file();
  world.variables = {{"GOOGLE_APPLICATION_CREDENTIALS", "/sa.json"}, {"GOOGLE_CLOUD_LOCATION", "europe-west1"}};
  return world;
}

providers::Account account_in(const World& world, const std::string& provider) {
  const auto result = load_in(world, with(provider));
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  return result.settings ? result.settings->providers.at(0) : providers::Account();
}

using Sources = std::vector<std::pair<std::string, std::string>>;

}  // namespace

TEST(CloudAccounts, FindWhatAwsClientsFind) {
  auto world = aws();
  auto account = account_in(world, "type: bedrock");
  ASSERT_TRUE(account.aws);
  EXPECT_EQ(account.aws->access_key, "AKID");
  EXPECT_TRUE(account.aws->secret_key.equals("s3cret"));
  EXPECT_TRUE(account.aws->session_token.empty());
  EXPECT_EQ(account.base_url, "https://bedrock-runtime.eu-north-1.amazonaws.com");
  EXPECT_TRUE(account.key.empty());
  EXPECT_EQ(account.sources,
            (Sources{{"access_key", "env:AWS_ACCESS_KEY_ID"}, {"secret_key", "env:AWS_SECRET_ACCESS_KEY"}}));
  world.variables["AWS_SESSION_TOKEN"] = "t0ken";
  world.variables.erase("AWS_REGION");
  world.variables["AWS_DEFAULT_REGION"] = "us-east-1";
  account = account_in(world, "type: bedrock");
  EXPECT_TRUE(account.aws->session_token.equals("t0ken"));
  EXPECT_EQ(account.place, "us-east-1");
}

TEST(CloudAccounts, PreferAnApiKeyOfTheEnvironmentAndWhatTheFileSaysToBoth) {
  auto world = aws();
  world.variables["AWS_BEARER_TOKEN_BEDROCK"] = "api-key";
  world.variables["AWS_SESSION_TOKEN"] = "of another pair";
  world.variables["OTHER_ID"] = "OTHER";
  EXPECT_TRUE(account_in(world, "type: bedrock").key.equals("api-key"));
  EXPECT_FALSE(account_in(world, "type: bedrock").aws);
  const auto account = account_in(
      world, "type: bedrock, region: eu-west-1, access_key: env:OTHER_ID, secret_key: env:AWS_SECRET_ACCESS_KEY");
  ASSERT_TRUE(account.aws);
  EXPECT_EQ(account.aws->access_key, "OTHER");
  EXPECT_TRUE(account.aws->session_token.empty()) << "a variable's token belongs to the variables' pair";
  EXPECT_TRUE(account.key.empty());
  EXPECT_EQ(account.place, "eu-west-1");
}

TEST(CloudAccounts, NeedNoRegionForAnApiKeyAtAnAddressOfTheirOwn) {
  World world;
  world.variables["K"] = "api-key";
  const auto account = account_in(world, "type: bedrock, base_url: \"https://b.example\", key: env:K");
  EXPECT_EQ(account.base_url, "https://b.example");
  expect_in(world, with("type: bedrock, key: env:K"),
            {"HG-1102", 2, 3, "provider `lab` has no `region`", "`AWS_REGION`", "eu-central-1"});
  auto without_region = aws();
  without_region.variables.erase("AWS_REGION");
  expect_in(without_region, with("type: bedrock, base_url: \"https://b.example\""),
            {"HG-1102", 2, 3, "provider `lab` has no `region`", "a signature is for one region", ""});
}

TEST(CloudAccounts, RefuseCredentialsThatDoNotFit) {
  const auto world = aws();
  expect(with("type: bedrock, region: eu-north-1"),
         {"HG-1302", 2, 3, "neither `AWS_BEARER_TOKEN_BEDROCK` nor `AWS_ACCESS_KEY_ID`", "`access_key`", ""});
  expect_in(world, with("type: bedrock, access_key: env:AWS_ACCESS_KEY_ID"),
            {"HG-1307", 2, 3, "half of a pair", "belong together", ""});
  expect_in(world, with("type: bedrock, key: env:AWS_REGION, access_key: env:AWS_ACCESS_KEY_ID"),
            {"HG-1307", 2, 29, "an API key and a pair of keys", "remove", ""});
  expect_in(world, with("type: bedrock, access_key: env:AWS_ACCESS_KEY_ID, secret_key: env:NOT_SET"),
            {"HG-1302", 2, 71, "`NOT_SET` is not set", "", ""});
  auto half = world;
  half.variables.erase("AWS_SECRET_ACCESS_KEY");
  expect_in(half, with("type: bedrock"), {"HG-1307", 2, 3, "half of a pair", "`AWS_SECRET_ACCESS_KEY`", ""});
  expect(with("type: bedrock, access_key: AKIDEXAMPLE"), {"HG-1301", 2, 36, "does not belong", "", ""});
  expect(with("type: openai_compatible, base_url: \"http://h/v1\", region: a"),
         {"HG-1902", 2, 59, "`region` has no effect", "type: bedrock", ""});
}

TEST(CloudAccounts, PlacesAreCheckedWhereverTheyCome) {
  auto world = aws();
  expect_in(world, with("type: bedrock, region: eu.west"), {"HG-1107", 2, 32, "is not a region", "", "eu-central-1"});
  world.variables["AWS_REGION"] = "evil.example/";
  expect_in(world, with("type: bedrock"), {"HG-1107", 2, 3, "environment variable `AWS_REGION`", "", ""});
}

TEST(CloudAccounts, FindWhatGoogleClientsFind) {
  auto world = google();
  for (const char* type : {"vertex", "vertex_anthropic"}) {
    const auto account = account_in(world, std::string("type: ") + type);
    ASSERT_TRUE(account.service_account);
    EXPECT_EQ(account.service_account->client_email, "gateway@p-1.iam.gserviceaccount.com");
    EXPECT_EQ(account.project, "p-of-the-file");
    EXPECT_EQ(account.base_url, "https://europe-west1-aiplatform.googleapis.com/v1");
    EXPECT_EQ(account.sources, (Sources{{"credentials", "file:/sa.json"}}));
  }
  world.variables["GOOGLE_CLOUD_PROJECT"] = "p-of-a-variable";
  EXPECT_EQ(account_in(world, "type: vertex").project, "p-of-a-variable");
  world.variables["JSON"] = key_file();
  const auto account = account_in(world,
                                  "type: vertex, project: p-3, location: global, credentials: env:JSON, "
                                  "base_url: \"https://proxy.example/v1\"");
  EXPECT_EQ(account.project, "p-3");
  EXPECT_EQ(account.place, "global");
  EXPECT_EQ(account.base_url, "https://proxy.example/v1");
}

TEST(CloudAccounts, RefuseFilesThatAreNoKeyFile) {
  auto world = google();
  world.files["/user.json"] = key_file("authorized_user");
  world.files["/text"] = "sk-very-secret\n";
  const std::string vertex = "type: vertex, credentials: ";
  expect_in(world, with(vertex + "file:/user.json"), {"HG-1308", 2, 36, "service_account", "", "key file"});
  expect_in(world, with(vertex + "file:/text"), {"HG-1308", 2, 36, "no JSON object", "", ""});
  expect_in(world, with(vertex + "file:/nowhere"), {"HG-1303", 2, 36, "/nowhere", "", ""});
  EXPECT_EQ(to_text(load_in(world, with(vertex + "file:/text")).diagnostics).find("very-secret"), std::string::npos);
}

TEST(CloudAccounts, SayWhatAServiceAccountLacks) {
  auto world = google();
  expect_in(world, with("type: vertex, key: env:GOOGLE_CLOUD_LOCATION"),
            {"HG-1307", 2, 28, "`vertex` takes no key", "`credentials`", ""});
  expect_in(world, with("type: vertex, credentials: none"), {"HG-1102", 2, 3, "no `project`", "", ""});
  world.variables.erase("GOOGLE_CLOUD_LOCATION");
  expect_in(world, with("type: vertex, base_url: \"https://h/v1\""), {"HG-1102", 2, 3, "no `location`", "", "global"});
  world.variables = {{"GOOGLE_CLOUD_LOCATION", "us"}};
  expect_in(world, with("type: vertex"), {"HG-1102", 2, 3, "no `credentials`", "GOOGLE_APPLICATION_CREDENTIALS", ""});
  EXPECT_FALSE(account_in(world, "type: vertex, project: p-1, credentials: none").service_account);
}

TEST(CloudAccounts, AreReadWithoutTheirSecretsWhereThoseNeedNotBeAtHand) {
  World world;
  auto environment = world.environment();
  environment.secrets_at_hand = false;
  environment.variable = [](const std::string&) { return std::optional<std::string>("not-at-hand"); };
  environment.read_file = [](const std::string&, std::size_t) { return FileRead{"not-at-hand", {}}; };
  for (const char* type : {"bedrock", "vertex", "vertex_anthropic"}) {
    const auto result = load(with(std::string("type: ") + type), "headgate.yaml", environment);
    EXPECT_TRUE(result.settings) << type << "\n" << to_text(result.diagnostics);
  }
}

}  // namespace headgate::config
