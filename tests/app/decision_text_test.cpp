#include "decision_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "decision_words.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

Json candidate(const char* model, const char* provider, double probability, Json cost, double quality) {
  return {{"model", model},
          {"provider", provider},
          {"probability", probability},
          {"expected_cost_usd", std::move(cost)},
          {"score", {{"quality", quality}, {"cost", -0.2}, {"latency", -0.1}, {"health", 0.0}}}};
}

Json decided() {
  return {{"request_id", "req_1"},
          {"tenant", "search"},
          {"capability", "code"},
          {"confidence", 0.93},
          {"needs", {"tools", "stream"}},
          {"input_tokens", 812},
          {"model", "auto"},
          {"rule", "fast chat"},
          {"pool", "chat"},
          {"objective", "latency"},
          {"tags", Json::array({"nightly"})},
          {"candidates", Json::array({candidate("gpt-4o", "openai", 0.713, 0.0021, 0.8),
                                      candidate("lab-small", "lab", 0.287, nullptr, 0.55)})},
          {"excluded", Json::array({{{"model", "deepseek-chat"},
                                     {"reason", "breaker_open"},
                                     {"detail", "it failed too often just now; may be asked again in 3.2 s"}}})},
          {"attempts", Json::array()},
          {"status", nullptr},
          {"outcome", nullptr},
          {"total_ms", nullptr},
          {"cost_usd", nullptr}};
}

Json answered() {
  auto json = decided();
  json["attempts"] = Json::array(
      {{{"model", "gpt-4o"},
        {"provider", "openai"},
        {"outcome", "no_healthy_upstream"},
        {"status", 503},
        {"first_byte_ms", 12},
        {"total_ms", 12},
        {"cost_usd", 0},
        {"usage", Json::object()},
        {"adapted", Json::array()}},
       {{"model", "lab-small"},
        {"provider", "lab"},
        {"outcome", "ok"},
        {"status", 200},
        {"first_byte_ms", 310},
        {"total_ms", 2100},
        {"cost_usd", 0.0019},
        {"usage",
         {{"prompt_tokens", 812}, {"completion_tokens", 240}, {"cached_tokens", 512}, {"reasoning_tokens", 100}}},
        {"adapted", {"temperature", "max_tokens"}}}});
  json["status"] = 200;
  json["outcome"] = "ok";
  json["total_ms"] = 2114;
  json["cost_usd"] = 0.0019;
  return json;
}

Json refused(const char* outcome, int status) {
  return {{"request_id", "req_2"},     {"model", "auto"},  {"rule", nullptr},    {"pool", "chat"},
          {"attempts", Json::array()}, {"status", status}, {"outcome", outcome}, {"total_ms", 0}};
}

std::string told(const Json& json) { return tell(json.dump()); }

bool says(const std::string& text, std::string_view words) {
  std::string one_line(text);
  for (std::size_t at = one_line.find('\n'); at != one_line.npos; at = one_line.find('\n', at)) {
    const auto end = one_line.find_first_not_of("\n ", at);
    one_line.replace(at, (end == one_line.npos ? one_line.size() : end) - at, " ");
  }
  return one_line.find(words) != one_line.npos;
}

}  // namespace

TEST(DecisionText, TellsARequestFromQuestionToAnswer) {
  EXPECT_EQ(told(answered()), R"(Request req_1 of the tenant `search` asked for the model `auto`, which leaves
the choice to the gateway. It was taken for `code` (93 % sure). It needs tools
and a streamed answer, and has about 812 tokens of input. It carries the tag
`nightly`.

The rule `fast chat` matched. The models of the pool `chat` were considered;
speed counted most (objective `latency`).

2 models came into question, to be asked in this order:

     MODEL      PROVIDER  CHANCE  EXPECTED COST  QUALITY   COST  LATENCY  HEALTH
  1  gpt-4o     openai      71 %        $0.0021    +0.80  -0.20    -0.10    0.00
  2  lab-small  lab         29 %        unknown    +0.55  -0.20    -0.10    0.00

Chance is how likely a model is to be asked first; every request draws anew. The
last four columns add up to a model's score, and a higher score means a better
chance: quality raises it; being dear, slow or unreliable lowers it.

Not asked, and why:

  deepseek-chat  it failed too often just now; may be asked again in 3.2 s

What happened:

  1  gpt-4o at openai said that it cannot answer now (status 503); it took
     12 ms.
  2  lab-small at lab answered (status 200); its first byte came after 310 ms,
     and it was over after 2.1 s; 812 tokens in (512 of them cached) and 240 out
     (100 of them for reasoning); it cost $0.0019. To suit this model, the
     gateway changed `temperature` and `max_tokens` in the request.

So lab-small at lab answered, after 1 failed attempt. All in all it took 2.1 s
and cost $0.0019.
)");
}

TEST(DecisionText, TellsWhoWentOnWithAnAnswer) {
  auto json = answered();
  json["attempts"][1]["continued_after_characters"] = 812;
  EXPECT_TRUE(says(told(json), "It was asked to go on after 812 characters of an answer that had broken off."));
  EXPECT_TRUE(says(told(json), "So lab-small at lab ended the answer that another had begun."));
  json["outcome"] = "upstream_error";
  json["attempts"][1]["outcome"] = "upstream_error";
  json["attempts"][1]["continued_after_characters"] = 1;
  EXPECT_TRUE(says(told(json), "after 1 character of"));
  EXPECT_TRUE(says(told(json), "So the answer did not come to its end: the last provider asked failed"));
}

TEST(DecisionText, SaysWhatCountsAgainstAModel) {
  auto json = answered();
  for (const auto& [signal, words] :
       {std::pair{"invalid_json", "the answer is not the JSON that was asked for."},
        std::pair{"refused", "the model refused, or a filter stopped it."}, std::pair{"cut", "the answer broke off."},
        std::pair{"of tomorrow", "the answer was `of tomorrow`."}}) {
    json["attempts"][1]["signal"] = signal;
    EXPECT_TRUE(says(told(json), std::string("This counts against the model: ") + words)) << told(json);
  }
}

TEST(DecisionText, SaysHowDifficultTheRequestLooked) {
  auto json = answered();
  json["difficulty"] = 0.9;
  EXPECT_TRUE(says(told(json), "It looked harder than usual, so quality counted more."));
  json["difficulty"] = 0.1;
  EXPECT_TRUE(says(told(json), "It looked easier than usual, so quality counted less."));
  json = decided();
  json["difficulty"] = 0.5;
  EXPECT_TRUE(says(told(json), "It looks about as hard as usual."));
  json["difficulty"] = nullptr;
  EXPECT_FALSE(says(told(json), "usual"));
}

TEST(DecisionText, TellsWhatWouldBecomeOfARequestThatIsNotSent) {
  EXPECT_EQ(told(decided()), R"(Request req_1 of the tenant `search` asks for the model `auto`, which leaves the
choice to the gateway. It is not sent. It is taken for `code` (93 % sure). It
needs tools and a streamed answer, and has about 812 tokens of input. It carries
the tag `nightly`.

The rule `fast chat` matches. The models of the pool `chat` are considered;
speed counts most (objective `latency`).

2 models come into question, and would be asked in this order:

     MODEL      PROVIDER  CHANCE  EXPECTED COST  QUALITY   COST  LATENCY  HEALTH
  1  gpt-4o     openai      71 %        $0.0021    +0.80  -0.20    -0.10    0.00
  2  lab-small  lab         29 %        unknown    +0.55  -0.20    -0.10    0.00

Chance is how likely a model is to be asked first; every request draws anew. The
last four columns add up to a model's score, and a higher score means a better
chance: quality raises it; being dear, slow or unreliable lowers it.

Left out, and why:

  deepseek-chat  it failed too often just now; may be asked again in 3.2 s

So gpt-4o at openai would be asked first, and lab-small at lab if that fails.
)");
}

TEST(DecisionText, TellsOfADaemonThatKnowsLess) {
  const Json old{{"request_id", "req_3"},
                 {"tenant", ""},
                 {"capability", nullptr},
                 {"confidence", nullptr},
                 {"needs", Json::array({"stream"})},
                 {"model", "sim-fast"},
                 {"rule", nullptr},
                 {"pool", nullptr},
                 {"status", 200},
                 {"outcome", "ok"},
                 {"total_ms", 290},
                 {"attempts", Json::array({{{"model", "sim-fast"},
                                            {"provider", "sim-one"},
                                            {"outcome", "ok"},
                                            {"status", 200},
                                            {"first_byte_ms", 51},
                                            {"total_ms", 290},
                                            {"usage", {{"prompt_tokens", 9}, {"completion_tokens", 24}}}}})},
                 {"excluded", Json::array()}};
  EXPECT_EQ(told(old), R"(Request req_3 asked for the model `sim-fast`. Nobody needed to know what kind of
task it is. It needs a streamed answer.

No rule matched. No pool was needed, because the model was named.

What happened:

  1  sim-fast at sim-one answered (status 200); its first byte came after 51 ms,
     and it was over after 290 ms; 9 tokens in and 24 out.

So sim-fast at sim-one answered. All in all it took 290 ms.
)");
}

TEST(DecisionText, TellsWhyNobodyWasAsked) {
  auto json = refused("no_healthy_upstream", 503);
  json["candidates"] = Json::array({candidate("gpt-4o", "openai", 1, 0.0021, 0.8)});
  json["excluded"] =
      Json::array({{{"model", "gpt-4o"}, {"reason", "breaker_open"}, {"detail", "it failed too often just now"}}});
  EXPECT_EQ(told(json), R"(Request req_2 asked for the model `auto`, which leaves the choice to the
gateway.

No rule matched. The models of the pool `chat` were considered.

1 model came into question:

     MODEL   PROVIDER  CHANCE  EXPECTED COST  QUALITY   COST  LATENCY  HEALTH
  1  gpt-4o  openai     100 %        $0.0021    +0.80  -0.20    -0.10    0.00

Not asked, and why:

  gpt-4o  it failed too often just now

So nobody was asked: every provider was out of order, or left alone after too
many failures. The client got status 503. All in all it took 0 ms.
)");
}

TEST(DecisionText, SaysNothingOfRulesForWhomWasRefusedBefore) {
  auto json = refused("model_not_found", 404);
  json["pool"] = nullptr;
  json["capability"] = nullptr;
  json["candidates"] = Json::array();
  const auto text = told(json);
  EXPECT_FALSE(says(text, "rule")) << text;
  EXPECT_FALSE(says(text, "kind of task")) << text;
  EXPECT_FALSE(says(text, "No model")) << text;
  EXPECT_TRUE(says(text, "So nobody was asked: no such model is configured. The client got status 404.")) << text;
}

TEST(DecisionText, TellsAnAnswerThatBrokeOffFromOneThatNeverCame) {
  auto json = answered();
  auto& last = json["attempts"][1];
  last["outcome"] = json["outcome"] = "upstream_timeout";
  last["usage_estimated"] = true;
  EXPECT_TRUE(says(told(json), "lab-small at lab began to answer, but did not come to the end")) << told(json);
  EXPECT_TRUE(says(told(json), "by the gateway's estimate")) << told(json);
  last["status"] = nullptr;
  json["status"] = 504;
  EXPECT_TRUE(says(told(json), "So nobody answered: the last provider asked did not answer in time.")) << told(json);
  EXPECT_FALSE(says(told(json), "began to answer")) << told(json);
}

TEST(DecisionText, SaysThatTheClientWentAway) {
  auto json = answered();
  json["outcome"] = json["attempts"][1]["outcome"] = "client_gone";
  json["status"] = 499;
  const auto text = told(json);
  EXPECT_TRUE(says(text, "the client went away")) << text;
  EXPECT_FALSE(says(text, "499")) << "nobody was there to be told a status: " << text;
}

TEST(DecisionText, TellsTheZoneWhereOneIsKnown) {
  auto json = answered();
  EXPECT_FALSE(says(told(json), "zone")) << told(json);
  json["zone"] = "internal";
  EXPECT_TRUE(says(told(json), "of the tenant `search` from the zone `internal` asked for")) << told(json);
}

TEST(DecisionText, TellsUnknownFromNothing) {
  auto json = answered();
  auto& last = json["attempts"][1];
  last["cost_usd"] = json["cost_usd"] = nullptr;
  EXPECT_TRUE(says(told(json), "what it cost is not known")) << told(json);
  EXPECT_FALSE(says(told(json), "$0;")) << told(json);
  last["cost_usd"] = json["cost_usd"] = 0;
  EXPECT_TRUE(says(told(json), "it cost $0.")) << told(json);
  last.erase("cost_usd");
  json.erase("cost_usd");
  EXPECT_FALSE(says(told(json), "what it cost")) << told(json);
}

TEST(DecisionText, TellsWhyTheKindOfTaskIsOpen) {
  auto json = decided();
  json["capability"] = nullptr;
  EXPECT_TRUE(says(told(json), "the best guess is only 93 % sure"));
  json["confidence"] = nullptr;
  EXPECT_TRUE(says(told(json), "Nobody needs to know what kind of task it is."));
  json.erase("capability");
  EXPECT_FALSE(says(told(json), "kind of task"));
}

TEST(DecisionText, HidesNoCodeItHasNoWordsFor) {
  auto json = answered();
  json["attempts"][0]["outcome"] = "odd_code";
  json["excluded"][0] = {{"model", "o1"}, {"reason", "too_blue"}, {"detail", nullptr}};
  json["needs"] = Json::array({"telepathy"});
  const auto text = told(json);
  for (const auto* words : {"ended with `odd_code`", "o1  too blue", "`telepathy`"})
    EXPECT_TRUE(says(text, words)) << text;
}

TEST(DecisionText, LeavesNoWayToSteerTheTerminal) {
  const std::string evil =
      "\x1b[2J\n\xC2\x9B"
      "1m";
  auto json = answered();
  for (const auto* member : {"request_id", "tenant", "model", "rule", "pool", "objective", "capability", "outcome"})
    json[member] = evil;
  for (const auto* list : {"needs", "tags"}) json[list] = Json::array({evil});
  json["candidates"][0]["model"] = json["candidates"][0]["provider"] = evil;
  for (const auto* member : {"model", "reason", "detail"}) json["excluded"][0][member] = evil;
  for (const auto* member : {"model", "provider", "outcome"}) json["attempts"][0][member] = evil;
  json["attempts"][0]["adapted"] = Json::array({evil});
  const auto text = told(json);
  EXPECT_EQ(text.find('\x1b'), text.npos);
  EXPECT_EQ(text.find("\xC2\x9B"), text.npos);
  EXPECT_NE(text.find("\\x1b[2J\\x0a"), text.npos);
}

TEST(DecisionText, ToleratesMembersOfAnyTypeAndNoneAtAll) {
  const auto whole = answered();
  for (const Json& odd : {Json(nullptr), Json(7), Json("x"), Json(true), Json::array({1, "x", nullptr}),
                          Json::array({Json::object()}), Json{{"a", 1}}}) {
    for (const auto& [name, value] : whole.items()) {
      auto json = whole;
      json[name] = odd;
      EXPECT_NE(told(json), "") << name;
      json.erase(name);
      EXPECT_NE(told(json), "") << name;
    }
    for (const auto* list : {"candidates", "excluded", "attempts"})
      for (const auto& [name, value] : whole[list][0].items()) {
        auto json = whole;
        json[list][0][name] = odd;
        EXPECT_NE(told(json), "") << list << name;
        json[list][0].erase(name);
        EXPECT_NE(told(json), "") << list << name;
      }
  }
  EXPECT_NE(tell("{}"), "");
}

TEST(DecisionText, SaysWhatIsNoDecision) {
  for (const auto* text : {"", "[]", "no json", "{\"a\":"})
    EXPECT_EQ(tell(text), "This is not a decision that can be told; --json shows it as it is.\n");
}

TEST(DecisionText, IsShortHoweverLongTheDecisionIs) {
  auto json = answered();
  json["model"] = std::string(100'000, 'x');
  for (const auto* list : {"candidates", "excluded", "attempts"}) {
    const auto one = json[list][0];
    for (int i = 0; i < 300; ++i) json[list].push_back(one);
  }
  const auto text = told(json);
  EXPECT_LT(text.size(), 30'000u);
  EXPECT_TRUE(says(text, "... and 252 more; --json shows all")) << text;
}

TEST(DecisionText, KeepsSentencesWithinEightyColumns) {
  auto json = answered();
  json["excluded"] = Json::array();
  const auto text = told(json);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    EXPECT_LE(end - at, 80u) << text.substr(at, end - at);
    at = end + 1;
  }
}

TEST(DecisionWords, WriteMoneyWithTheDigitsThatCount) {
  const std::pair<double, const char*> cases[]{
      {0, "$0"},    {12.3456, "$12.35"},      {0.5, "$0.50"}, {0.0019, "$0.0019"}, {1.5e-7, "$0.00000015"},
      {2, "$2.00"}, {0.00212345, "$0.002123"}};
  for (const auto& [amount, text] : cases) EXPECT_EQ(dollars(amount), text);
}

TEST(DecisionWords, WriteSharesWithoutFalseCertainty) {
  const std::pair<double, const char*> cases[]{
      {0, "0 %"}, {0.0004, "<1 %"}, {0.5, "50 %"}, {0.9996, ">99 %"}, {1, "100 %"}};
  for (const auto& [share, text] : cases) EXPECT_EQ(percent(share), text);
}

TEST(DecisionWords, WriteTimesInTheUnitThatFits) {
  const std::pair<double, const char*> cases[]{{0, "0 ms"}, {999, "999 ms"}, {2114, "2.1 s"}, {180'000, "3.0 min"}};
  for (const auto& [time, text] : cases) EXPECT_EQ(time_from_ms(time), text);
}

TEST(DecisionWords, WrapByCharactersAndKeepUnitsWithNumbers) {
  EXPECT_EQ(wrapped("1  ", ""), "1  \n");
  EXPECT_EQ(wrapped("", std::string(77, 'x') + " 12 ms"), std::string(77, 'x') + "\n12 ms\n");
  std::string words;
  for (int i = 0; i < 20; ++i) words += (i == 0 ? "" : " ") + std::string("gr\xC3\xBC\xC3\x9F\x65");
  const auto text = wrapped("1  ", words);
  EXPECT_EQ(text.find("\n   gr"), 3u + 13 * 5 + 12 + 13 * 2);  // 13 words of 5 letters, two of them of two bytes
}

}  // namespace headgate::app
