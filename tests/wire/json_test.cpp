#include "headgate/wire/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support.hpp"

namespace headgate::wire {
namespace {

using namespace std::string_literals;
using core::Code;

std::string nested(std::size_t depth, const std::string& open, const std::string& close,
                   const std::string& inner = "") {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += inner;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

bool reads(const std::string& text) { return JsonReader().read(Padded(text).text()).has_value(); }

void expect_refused(const std::string& text) {
  const Padded padded(text);
  JsonReader reader;
  const auto result = reader.read(padded.text());
  ASSERT_FALSE(result) << text;
  EXPECT_EQ(result.error().code(), Code::invalid_json) << text;
  EXPECT_FALSE(result.error().message().empty());
}

std::string reason(const std::string& text) {
  const Padded padded(text);
  JsonReader reader;
  const auto result = reader.read(padded.text());
  return result ? "" : result.error().message();
}

std::string as_string(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

}  // namespace

TEST(JsonReader, ReadsEveryKindOfValue) {
  for (const char* text : {"{}", "[]", "null", "true", "-0", "1.5e-7", "\"\"", " {\"a\": [1, {\"b\": null}]} \r\n\t",
                           "{\"\":0}", R"({"\u0041":"\ud83d\ude00"})", "{\"a\":{\"b\":1},\"b\":{\"b\":1}}"})
    EXPECT_TRUE(reads(text)) << text;
}

TEST(JsonReader, RefusesWhatIsNoJson) {
  for (const char* text :
       {"{",    "}",    "[1,]",    "{\"a\":1,}", "{\"a\"}",  "{a:1}",  "{'a':1}",        "[1 2]",  "nul",
        "True", "\"a",  "\"\\x\"", "\"\\u12\"",  "\"a\nb\"", "\"\t\"", "// comment\n{}", "{}/**/", "[01]",
        "[+1]", "[.5]", "[1.]",    "[1e]",       "[-]",      "[0x10]", "[1_000]",        "\v{}",   "[\"\\ud800\"]"})
    expect_refused(text);
}

TEST(JsonReader, RefusesNumbersThatAreNone) {
  for (const char* text : {"[NaN]", "[nan]", "[Infinity]", "[-Infinity]", "[inf]"}) expect_refused(text);
}

TEST(JsonReader, RefusesTrailingText) {
  for (const auto& text : {"{}{}"s, "{} x"s, "{}]"s, "1 2"s, "{},"s, "null null"s, "{}\0"s}) expect_refused(text);
}

TEST(JsonReader, RefusesEmptyTexts) {
  for (const char* text : {"", " ", "\r\n\t "}) {
    expect_refused(text);
    EXPECT_NE(reason(text).find("empty"), std::string::npos);
  }
}

TEST(JsonReader, ReadsSixtyFourLevelsAndNotOneMore) {
  EXPECT_TRUE(reads(nested(max_json_depth, "[", "]")));
  EXPECT_TRUE(reads(nested(max_json_depth, "[", "]", "1")));
  EXPECT_TRUE(reads(nested(max_json_depth, "{\"a\":", "}", "1")));
  expect_refused(nested(max_json_depth + 1, "[", "]", "1"));
  expect_refused(nested(max_json_depth + 1, "{\"a\":", "}", "1"));
  expect_refused(nested(max_json_depth + 1, "[", "]"));
  EXPECT_NE(reason(nested(max_json_depth + 1, "[", "]", "1")).find("64"), std::string::npos);
}

TEST(JsonReader, SurvivesAHundredThousandLevels) {
  expect_refused(std::string(100'000, '['));
  expect_refused(nested(100'000, "{\"a\":", "}", "1"));
}

TEST(JsonReader, RefusesDoubleKeysOnEveryLevel) {
  for (const char* text : {R"({"a":1,"a":2})", R"({"a":1,"b":2,"a":1})", R"([{"a":1,"a":1}])", R"({"a":{"b":1,"b":2}})",
                           R"({"a":[[{"b":[],"b":[]}]]})", R"({"model":"a","mod\u0065l":"b"})", R"({"":1,"":2})"})
    expect_refused(text);
  EXPECT_NE(reason(R"({"a":1,"a":2})").find("twice"), std::string::npos);
}

TEST(JsonReader, FindsADoubleKeyAmongMany) {
  std::string unique = "{", twice;
  for (int i = 0; i < 1000; ++i) unique += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_TRUE(reads(unique + "\"last\":0}"));
  for (const char* key : {"k0", "k15", "k16", "k999"}) expect_refused(unique + "\"" + key + "\":0}");
}

TEST(JsonReader, LetsProvidersCutACharacterInTwo) {
  JsonReader json;
  const std::pair<std::string_view, std::string_view> texts[] = {{R"("a\ud83d b")", "a\xEF\xBF\xBD b"},
                                                                 {R"("\ude00b")",
                                                                  "\xEF\xBF\xBD"
                                                                  "b"},
                                                                 {R"("\ud83d\u0041")",
                                                                  "\xEF\xBF\xBD"
                                                                  "A"},
                                                                 {R"("\ud83d\ude00")", "\xF0\x9F\x98\x80"}};
  for (const auto& [text, meant] : texts) {
    std::string padded(text);
    pad(padded);
    const auto read = json.read_lenient(padded);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->string(), meant) << text;
  }
}

TEST(JsonReader, LeavesDoubleKeysOfProvidersAlone) {
  const Padded text(R"({"a":1,"a":2})");
  EXPECT_TRUE(JsonReader().read_lenient(text.text()));
}

TEST(JsonReader, RefusesInvalidUtf8) {
  for (const char* bytes : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"})
    expect_refused("\""s + bytes + "\"");
  EXPECT_NE(reason("\"\xff\"").find("UTF-8"), std::string::npos);
}

TEST(JsonReader, ReadsNumbersOfAnySize) {
  for (const char* number : {"18446744073709551615", "18446744073709551616", "-9223372036854775809", "1e400", "-1E+400",
                             "1e-400", "123456789012345678901234567890.5e10", "0.1", "-0.0"})
    for (const auto& text : {number + ""s, "["s + number + "]", "{\"a\":"s + number + ",\"b\":\"1e999\"}"})
      EXPECT_TRUE(reads(text)) << text;
  EXPECT_TRUE(reads("[" + std::string(5000, '9') + "]"));
}

TEST(JsonReader, RefusesMalformedNumbersAmongHugeOnes) {
  for (const char* text : {"[1e400, 01]", "[1e400, 1.]", "[1e400 1]", "[1e4001e4]", "[1e400x]", "[1e400, -]",
                           "[1e400, 1-2]", "[1e400, 1e5-3]", "[1e400\"a\"]", "[1e400, +1]"})
    expect_refused(text);
}

TEST(JsonReader, KeepsStringsAsTheyAreNextToHugeNumbers) {
  const Padded text(R"({"n":1e400,"s":"a\"1e400\\","t":"-5"})");
  JsonReader reader;
  const auto document = reader.read(text.text());
  ASSERT_TRUE(document);
  EXPECT_EQ((*document)["s"].string(), "a\"1e400\\");
  EXPECT_EQ((*document)["t"].string(), "-5");
}

TEST(JsonReader, StillRefusesDoubleKeysNextToHugeNumbers) { expect_refused(R"({"n":1e400,"a":1,"a":2})"); }

TEST(JsonReader, DoesNotReadTheBytesBehindTheText) {
  std::string bytes = "[1,2]" + std::string(json_padding, '9');
  EXPECT_TRUE(JsonReader().read(std::string_view(bytes).substr(0, 5)));
  EXPECT_FALSE(JsonReader().read(std::string_view(bytes).substr(0, 4)));
  bytes = "12" + std::string(json_padding, '3');
  JsonReader reader;
  EXPECT_EQ(reader.read(std::string_view(bytes).substr(0, 2))->count(), 12u);
}

TEST(JsonReader, ReadsAgainAfterAnError) {
  JsonReader reader;
  for (const char* bad : {"{", "", "[1e]", "\"\xff\""}) {
    EXPECT_FALSE(reader.read(Padded(bad).text()));
    const Padded good(R"({"a":[1]})");
    EXPECT_TRUE(reader.read(good.text())) << bad;
  }
}

TEST(JsonReader, ReadsOnAfterGivingMemoryBack) {
  JsonReader reader;
  const Padded large("[\"" + std::string(3u << 20, 'a') + "\"]"), small("[1]");
  EXPECT_TRUE(reader.read(large.text()));
  reader.shrink();
  EXPECT_TRUE(reader.read(small.text()));
  EXPECT_TRUE(reader.read(large.text()));
  EXPECT_FALSE(reader.read(Padded(nested(max_json_depth + 1, "[", "]", "1")).text()));
}

TEST(JsonReader, RefusesEscapesThatAreNone) {
  for (const char* text :
       {R"("\a")", R"("\u12g4")", R"("\u")", R"("\u123")", R"("\ud800")", R"("\ud800\n")", R"("\ud800\u0041")",
        R"("\udc00")", R"("\ud83d\ud83d")", R"(["a\\", "\x"])", R"({"\":1})", R"(\"a")", R"(["a"\n])"})
    expect_refused(text);
}

TEST(JsonReader, RefusesWordsThatRunOn) {
  for (const char* text : {"[truex]", "[true\"a\"]", "[1\"a\"]", "[\"a\"1]", "[\"a\"\"b\"]", "[nulll]", "[fals]",
                           "[1true]", "[true1]", "[tru\xc3\xa9]"})
    expect_refused(text);
}

TEST(JsonReader, BoundsHowMuchAClientMaySay) {
  std::string many = "[0";
  for (std::size_t i = 1; i < max_json_values; ++i) many += ",0";
  EXPECT_TRUE(reads(many.substr(0, many.size() / 2) + "]"));
  expect_refused(many + ",0]");
  EXPECT_TRUE(JsonReader().read_lenient(Padded(many + ",0]").text()));
}

TEST(JsonReader, HoldsProvidersToNumbersAMachineHolds) {
  JsonReader reader;
  for (const char* number : {"18446744073709551615", "-9223372036854775808", "1e308", "1e-400", "0.1e-999", "-0"})
    EXPECT_TRUE(reader.read_lenient(Padded(number).text())) << number;
  for (const char* number : {"18446744073709551616", "-9223372036854775809", "1e309", "-1e400", "0.1e400"})
    EXPECT_FALSE(reader.read_lenient(Padded(number).text())) << number;
}

struct JsonValues : testing::Test {
  JsonValue read(std::string_view source) {
    padded.emplace(source);
    return reader.read_lenient(padded->text()).value();
  }
  JsonReader reader;
  std::optional<Padded> padded;
};

TEST_F(JsonValues, ArePlacesInTheText) {
  const auto document = read(R"( {"a" : [1, {"b":"x"} , -2.5e1 ], "c": null }  )");
  EXPECT_EQ(document["a"].source(), R"([1, {"b":"x"} , -2.5e1 ])");
  std::vector<std::string_view> items, members;
  for (const auto item : document["a"].items()) items.push_back(item.source());
  for (const auto member : document.members()) members.push_back(member.name.source());
  EXPECT_EQ(items, (std::vector<std::string_view>{"1", R"({"b":"x"})", "-2.5e1"}));
  EXPECT_EQ(members, (std::vector<std::string_view>{R"("a")", R"("c")"}));
  EXPECT_EQ(document["c"].range().at, 39u);
}

TEST_F(JsonValues, AnswerQuestionsThatDoNotApplyWithNothing) {
  const auto document = read(R"({"s":"x","n":1})");
  EXPECT_EQ(document["absent"]["deeper"].kind(), JsonKind::missing);
  EXPECT_EQ(document["s"]["deeper"].string(), "");
  EXPECT_FALSE(document["s"].count() || document["s"].boolean() || document["n"].boolean() || document["s"].number());
  EXPECT_EQ(document["n"].string(), "");
  EXPECT_TRUE(document["absent"].source().empty());
  for (const auto item : document.items()) FAIL() << item.source();
  for (const auto member : document["s"].members()) FAIL() << member.name.source();
}

TEST_F(JsonValues, UndoEscapesWhereAskedFor) {
  const auto document = read(R"(["plain","a\"\\\/\b\f\n\r\t","\u0041\u00e9\u20ac\ud83d\ude00\u0000"])");
  std::vector<std::string> texts;
  for (const auto item : document.items()) texts.push_back(item.string());
  EXPECT_EQ(texts, (std::vector<std::string>{"plain", "a\"\\/\b\f\n\r\t", "A\u00e9\u20ac\U0001f600\0"s}));
}

TEST_F(JsonValues, FindNamesWrittenWithEscapes) {
  const auto document = read(R"({"mod\u0065l":"m"})");
  EXPECT_TRUE(document["model"].is("m"));
}

TEST_F(JsonValues, TakeTheLastOfTwoMembersOfOneName) { EXPECT_EQ(read(R"({"a":1,"b":3,"a":2})")["a"].count(), 2u); }

TEST_F(JsonValues, CountOnlyWholeNumbersThatFit) {
  for (const char* number : {"-1", "1.0", "1e3", "18446744073709551616"}) {
    padded.emplace(number);
    EXPECT_FALSE(reader.read(padded->text())->count()) << number;
  }
  EXPECT_EQ(read("18446744073709551615").count(), 18446744073709551615u);
}

TEST_F(JsonValues, KnowWhenTheyHoldNothing) {
  for (const char* nothing : {"\"\"", "[]", "{ }", "null"}) EXPECT_TRUE(read(nothing).is_empty()) << nothing;
  for (const char* something : {"\" \"", "[[]]", "{\"\":0}", "0", "false"})
    EXPECT_FALSE(read(something).is_empty()) << something;
  EXPECT_TRUE(JsonValue().is_empty());
}

TEST(JsonString, EscapesWhatMustBe) {
  EXPECT_EQ(as_string("a\"b\\c/"), R"("a\"b\\c/")");
  EXPECT_EQ(as_string("\n\t\r\x01\x1f\x7f"), R"("\n\t\u000d\u0001\u001f\u007f")");
  EXPECT_EQ(as_string("\0"s), R"("\u0000")");
  EXPECT_EQ(as_string(""), R"("")");
}

TEST(JsonString, KeepsUtf8) {
  EXPECT_EQ(as_string("caf\xC3\xA9 \xF0\x9F\x98\x80"), "\"caf\xC3\xA9 \xF0\x9F\x98\x80\"");
}

TEST(JsonString, ReplacesInvalidUtf8) {
  EXPECT_EQ(as_string("a\xff"
                      "b"),
            R"("a\ufffdb")");
}

TEST(JsonString, ComesBackForEveryByte) {
  for (int c = 0; c < 128; ++c) {
    const std::string text = "x" + std::string(1, static_cast<char>(c)) + "y";
    EXPECT_EQ(nlohmann::json::parse(as_string(text)), text);
  }
}

}  // namespace headgate::wire
