#include <gtest/gtest.h>

#include "headgate/wire/openai.hpp"
#include "support.hpp"

namespace headgate::wire::openai {
namespace {

Question question(const std::string& body, Surface surface = Surface::chat_completions) {
  JsonReader reader;
  const Padded padded(body);
  EXPECT_TRUE(reader.read(padded.text())) << body;
  return read_question(surface, reader.document());
}

}  // namespace

TEST(Question, IsTheUsersLastTextAndTheFirstOfTheSystem) {
  const auto asked = question(R"({"messages":[{"role":"developer","content":"Be brief."},{"role":"user","content":"a"},
    {"role":"assistant","content":"b"},{"role":"user","content":"say \"c\""},{"role":"system","content":"later"}]})");
  EXPECT_EQ(asked.last_user, "say \"c\"");
  EXPECT_EQ(asked.system, "Be brief.");
}

TEST(Question, JoinsTheTextsAmongTheParts) {
  EXPECT_EQ(question(R"({"messages":[{"role":"user","content":[{"type":"text","text":"one"},
    {"type":"image_url","image_url":{"url":"data:"}},{"type":"text","text":"two"}]}]})")
                .last_user,
            "one\ntwo");
}

TEST(Question, IsThePromptOfACompletion) {
  EXPECT_EQ(question(R"({"prompt":"once upon"})", Surface::completions).last_user, "once upon");
  EXPECT_EQ(question(R"({"prompt":["a","b"]})", Surface::completions).last_user, "");
}

TEST(Question, KeepsBothEndsOfALongText) {
  const std::string middle(100'000, 'm');
  for (const std::string escape : {"", "\\n"}) {
    const auto asked = question(R"({"messages":[{"role":"user","content":"begin )" + escape + middle + R"( end"}]})");
    EXPECT_TRUE(asked.last_user.starts_with("begin ") && asked.last_user.ends_with(" end"));
    EXPECT_LE(asked.last_user.size(), 4096u);
  }
}

TEST(Question, SurvivesACutAtEveryPlaceOfAnEscape) {
  for (const std::string escape : {"\\\\", "\\n", "\\u00e9", "\\ud83d\\ude00"})
    for (std::size_t shift = 0; shift < 16; ++shift) {
      std::string text(shift, 'x');
      while (text.size() < 6000) text += escape;
      const auto asked = question(R"({"messages":[{"role":"user","content":")" + text + R"("}]})");
      EXPECT_FALSE(asked.last_user.empty());
      EXPECT_LE(asked.last_user.size(), 4096u);
    }
}

TEST(Question, IsEmptyWhereThereIsNone) {
  for (const char* body : {R"({"messages":[{"role":"assistant","content":"x"}]})", R"({"messages":[{"role":"user"}]})",
                           R"({"messages":[{"role":"user","content":[1,null,{"text":7}]}]})"})
    EXPECT_EQ(question(body).last_user, "") << body;
  EXPECT_EQ(question(R"({"input":"text"})", Surface::embeddings).last_user, "");
}

}  // namespace headgate::wire::openai
