#include "headgate/wire/openai_answer.hpp"

#include <gtest/gtest.h>

#include "support.hpp"

namespace headgate::wire::openai {
namespace {

void add(AnswerText& answer, std::string_view json) {
  JsonReader reader;
  const Padded padded(json);
  answer.add(reader.read_lenient(padded.text()).value());
}

AnswerText saying(const std::string& text) {
  AnswerText answer;
  std::string json = R"({"choices":[{"index":0,"message":{"content":)";
  append_json_string(json, text);
  add(answer, json + "}}]}");
  return answer;
}

Shape judged(const std::string& format, const AnswerText& answer) {
  JsonReader request, other;
  const Padded padded(R"({"model":"a","messages":[],"response_format":)" + format + "}");
  return judge(request.read(padded.text()).value(), answer, other);
}

const std::string object = R"({"type":"json_object"})";
const std::string schema =
    R"({"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","required":["a"]}}})";

}  // namespace

TEST(AnswerText, JoinsThePiecesOfTheFirstChoice) {
  AnswerText answer;
  for (const auto* event :
       {R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]})",
        R"({"choices":[{"index":0,"delta":{"content":"{\"a\""}}]})",
        R"({"choices":[{"index":1,"delta":{"content":"another"}}]})", R"({"choices":[{"delta":{"content":":1}"}}]})",
        R"({"choices":[]})", R"({"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"})
    add(answer, event);
  EXPECT_EQ(answer.text(), R"({"a":1})");
}

TEST(AnswerText, KeepsNothingOfWhatIsTooLong) {
  AnswerText answer;
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 4; ++i) add(answer, R"({"choices":[{"delta":{"content":")" + piece + R"("}}]})");
  EXPECT_EQ(answer.text(), "");
  EXPECT_EQ(judged(object, answer), Shape::unknown);
}

TEST(AnswerText, IsJudgedByWhatWasAskedFor) {
  EXPECT_EQ(judged(object, saying(R"({"a":1})")), Shape::as_asked);
  EXPECT_EQ(judged(object, saying("```json\n{}\n```")), Shape::broken);
  EXPECT_EQ(judged(object, saying(R"({"a":1)")), Shape::broken);
  EXPECT_EQ(judged(schema, saying(R"({"a":1})")), Shape::as_asked);
  EXPECT_EQ(judged(schema, saying(R"({"b":1})")), Shape::broken);
  EXPECT_EQ(judged(schema, saying("Of course!")), Shape::broken);
}

TEST(AnswerText, IsNotBlamedForWhatJsonMayBe) {
  EXPECT_EQ(judged(object, saying(R"({"a":1,"a":2})")), Shape::as_asked) << "a name that comes twice";
  EXPECT_EQ(judged(object, saying(R"({"a":1e999})")), Shape::as_asked) << "a number beyond a double";
  EXPECT_EQ(judged(object, saying(" \n{\"a\":1}\n")), Shape::as_asked);
}

TEST(AnswerText, IsOpenWhereNothingWasAskedForOrSaid) {
  EXPECT_EQ(judged(R"({"type":"text"})", saying("Hello")), Shape::unknown);
  EXPECT_EQ(judged("null", saying("Hello")), Shape::unknown);
  EXPECT_EQ(judged("7", saying("Hello")), Shape::unknown);
  EXPECT_EQ(judged(object, saying("")), Shape::unknown);
}

TEST(AnswerText, IsNotBlamedWhereTheSchemaIsNone) {
  EXPECT_EQ(judged(R"({"type":"json_schema"})", saying("{}")), Shape::as_asked);
  EXPECT_EQ(judged(R"({"type":"json_schema","json_schema":{"schema":7}})", saying("{}")), Shape::as_asked);
  EXPECT_EQ(judged(R"({"type":"json_schema","json_schema":{"schema":{"type":"array","title":")" +
                       std::string(70'000, 'x') + R"("}}})",
                   saying("{}")),
            Shape::as_asked)
      << "larger than is judged";
}

}  // namespace headgate::wire::openai
