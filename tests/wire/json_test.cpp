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
  expect_refused(nested(max_json_depth + 2, "[", "]"));  // an empty container is one level less to simdjson
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
  EXPECT_EQ(std::string_view((*document)["s"]), "a\"1e400\\");
  EXPECT_EQ(std::string_view((*document)["t"]), "-5");
}

TEST(JsonReader, StillRefusesDoubleKeysNextToHugeNumbers) { expect_refused(R"({"n":1e400,"a":1,"a":2})"); }

TEST(JsonReader, DoesNotReadTheBytesBehindTheText) {
  std::string bytes = "[1,2]" + std::string(json_padding, '9');
  EXPECT_TRUE(JsonReader().read(std::string_view(bytes).substr(0, 5)));
  EXPECT_FALSE(JsonReader().read(std::string_view(bytes).substr(0, 4)));
  bytes = "12" + std::string(json_padding, '3');
  JsonReader reader;
  EXPECT_EQ(std::int64_t(*reader.read(std::string_view(bytes).substr(0, 2))), 12);
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
