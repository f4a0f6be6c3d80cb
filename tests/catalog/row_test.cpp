#include "headgate/catalog/row.hpp"

#include "catalog/support.hpp"

namespace headgate::catalog {
namespace {

// What is wrong with a row of these members, without its place.
std::string complaint_about(const std::string& members) {
  const auto text = complaint(R"({"vendor":"a","model":"m",)" + members + "}");
  constexpr std::string_view place = "own.jsonl:1: ";
  EXPECT_TRUE(text.starts_with(place)) << text;
  return text.substr(std::min(place.size(), text.size()));
}

TEST(Row, SaysWhatIsWrongAndWhatIsExpected) {
  const std::pair<const char*, const char*> cases[] = {
      {R"("prize":{})", "a row has no \"prize\". Did you mean `price`?"},
      {R"("price":{"input":2.5})", "`price`: `input` is not dollars per million tokens"},
      {R"("price":{"input":"$2"})", "`input` is not dollars"},
      {R"("price":{"input":"0.0000001"})", "at most six digits"},
      {R"("price":{"input":"-1"})", "`input` is not dollars"},
      {R"("price":{"input":"2000000"})", "`input` is not dollars"},
      {R"("price":{"input":"0"})", "where nothing is charged write \"free\": true"},
      {R"("price":{"free":true,"input":"1"})", "what is free has no prices"},
      {R"("price":{})", "the price names nothing"},
      {R"("price":{"image":"1"})", "\"image\" is no class of tokens"},
      {R"("price":{"input":"1","tiers":[{"input":"2"}]})", "a tier needs `above`"},
      {R"("price":{"input":"1","tiers":[{"above":5,"input":"2"},{"above":5,"input":"3"}]})", "larger than"},
      {R"("context_window":0)", "`context_window`: expected a number of tokens"},
      {R"("context_window":"many")", "expected a number of tokens"},
      {R"("context_window":1.5)", "expected a number of tokens"},
      {R"("supports":["tool"])", "`supports`: \"tool\" is not one of tools, parallel_tools"},
      {R"("supports":"tools")", "expected a list of"},
      {R"("supports":["tools"],"lacks":["tools"])", "\"tools\" stands both in `supports` and in `lacks`"},
      {R"("kind":"image")", "expected chat, responses or embedding"},
      {R"("modalities":{"input":["smell"]})", "\"smell\" is not one of text"},
      {R"("parameters":{"temperature":{"min":2,"max":1}})", "limits such as"},
      {R"("parameters":{"temperature":"maybe"})", "a parameter is \"unsupported\""},
      {R"("quality":{"code":0.5})", "a quality is"},
      {R"("quality":{"code":{"score":1.5,"source":"x"}})", "0 to 1"},
      {R"("quality":{"poetry":{"score":1,"source":"x"}})", "\"poetry\" is no capability"},
      {R"("deprecation":"2026-02-30")", "expected a day such as 2026-08-06"},
      {R"("as_of":"yesterday","price":{"input":"1"})", "expected a day"},
      {R"("aliases":["with space"])", "is not one of names"},
      {R"("kind":"chat","kind":"chat")", "no name twice"},
  };
  for (const auto& [members, expected] : cases)
    EXPECT_NE(complaint_about(members).find(expected), std::string::npos) << members << "\n"
                                                                          << complaint_about(members);
}

TEST(Row, NeedsAVendorAndAModel) {
  for (const auto* row : {"{}", R"({"vendor":"a"})", R"({"model":"m"})", R"({"vendor":"","model":"m"})",
                          R"({"vendor":"a","model":1})", "[]", "null", "{", "\xff"})
    EXPECT_NE(complaint(row), "") << row;
}

TEST(Row, EscapesWhatItRepeats) {
  const auto text = complaint_about("\"\\u001b[2J\":1");
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
}

TEST(Row, ReadsBackAsWhatWasWritten) {
  const auto catalog =
      made(R"({"vendor":"a","model":"m","aliases":["m-1"],"source":"list","as_of":"2026-08-06","kind":"chat",)"
           R"("context_window":272000,"max_output":128000,"modalities":{"input":["text","image"],"output":["text"]},)"
           R"("price":{"input":"2.5","output":"10","cache_read":"0.000001","reasoning":"12","batch":{"input":"1.25"},)"
           R"("tiers":[{"above":200000,"input":"5"}]},"supports":["tools"],"lacks":["n"],)"
           R"("parameters":{"temperature":{"min":0,"max":1.5},"seed":"unsupported","stop":{"max_items":4}},)"
           R"("quality":{"code":{"score":0.867,"source":"bench"}},"deprecation":"2027-01-31"}
{"vendor":"a","model":"free","price":{"free":true}}
{"vendor":"a","model":"vectors","kind":"embedding","dimensions":1536}
{"vendor":"a","model":"bare"})");
  std::string rows;
  for (const auto& entry : catalog.entries()) rows += to_row(entry) + "\n";
  const auto again = made(rows);
  ASSERT_EQ(again.entries().size(), catalog.entries().size());
  for (std::size_t i = 0; i < again.entries().size(); ++i) EXPECT_EQ(again.entries()[i], catalog.entries()[i]) << rows;
}

}  // namespace
}  // namespace headgate::catalog
