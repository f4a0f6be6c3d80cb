#include "headgate/wire/multipart.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace headgate::wire {
namespace {

constexpr std::string_view type = "multipart/form-data; boundary=xyz";

std::string part(std::string_view head, std::string_view value) {
  return "--xyz\r\n" + std::string(head) + "\r\n\r\n" + std::string(value) + "\r\n";
}

std::string named(std::string_view name, std::string_view value) {
  return part("Content-Disposition: form-data; name=\"" + std::string(name) + "\"", value);
}

std::string form(std::string_view parts) { return std::string(parts) + "--xyz--\r\n"; }

std::string fault(std::string_view body, std::string_view content_type = type) {
  const auto read = read_form(content_type, body);
  return read ? "none" : read.error().message();
}

}  // namespace

TEST(Multipart, FindsWhereEachPartStands) {
  const auto body = form(named("model", "whisper-1") +
                         part("content-disposition: form-data; name=\"file\"; filename=\"a;b\\\"c.mp3\"\r\n"
                              "Content-Type: audio/mpeg",
                              std::string_view("\r\n-\0\r\n--xy\r\n", 12)) +
                         named("", ""));
  const auto parts = read_form(type, body);
  ASSERT_TRUE(parts.has_value()) << parts.error().message();
  ASSERT_EQ(parts->size(), 3u);
  const auto value = [&](std::size_t i) { return body.substr((*parts)[i].value.at, (*parts)[i].value.size); };
  EXPECT_EQ((*parts)[0].name, "model");
  EXPECT_EQ(value(0), "whisper-1");
  EXPECT_FALSE((*parts)[0].is_file);
  EXPECT_EQ((*parts)[0].head_at, 7u);
  EXPECT_EQ((*parts)[1].name, "file");
  EXPECT_TRUE((*parts)[1].is_file);
  EXPECT_EQ(value(1), std::string("\r\n-\0\r\n--xy\r\n", 12));
  EXPECT_EQ((*parts)[2].name, "");
  EXPECT_EQ(value(2), "");
}

TEST(Multipart, ReadsTheBoundaryAsClientsWriteIt) {
  const auto body = form(named("a", "1"));
  for (const auto* written : {"multipart/form-data; boundary=xyz", "Multipart/Form-Data;charset=utf-8;BOUNDARY=\"xyz\"",
                              "multipart/form-data ; boundary=xyz ; q=\"a;b\""})
    EXPECT_EQ(fault(body, written), "none") << written;
}

TEST(Multipart, TheEndMayLackItsLineEnd) { EXPECT_EQ(fault(named("a", "1") + "--xyz--"), "none"); }

TEST(Multipart, RefusesABodyThatIsNoForm) {
  for (const auto* other : {"", "application/json", "multipart/mixed; boundary=xyz", "multipart/form-datax"}) {
    const auto read = read_form(other, form(named("a", "1")));
    ASSERT_FALSE(read.has_value()) << other;
    EXPECT_EQ(read.error().status(), 415) << other;
  }
}

TEST(Multipart, RefusesABoundaryThatIsNone) {
  const auto body = form(named("a", "1"));
  const std::string longest(71, 'x');
  for (const std::string& parameter : std::initializer_list<std::string>{
           "", "; boundary=", "; boundary=\"\"", "; boundary=\"x\\yz\"", "; boundary=xyz; boundary=xyz",
           "; boundary=\"xyz \"", "; boundary=x[z", "; boundary=" + longest, "; boundary", "; boundary=xyz;"})
    EXPECT_NE(fault(body, "multipart/form-data" + parameter), "none") << parameter;
}

TEST(Multipart, RefusesWhatTwoReadersCouldUnderstandDifferently) {
  const auto good = named("a", "1");
  const std::vector<std::string> bodies{
      "",
      "--xyz",
      "--xyz--\r\n",
      good,
      good + "--xyz",
      good + "--xyz-",
      good + "--xyz--\r\nmore",
      "preamble\r\n" + form(good),
      "\r\n" + form(good),
      form("--xyz \r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n"),
      form("--xyz\nContent-Disposition: form-data; name=a\n\n1\n"),
      form(named("a", "1\n--xyz")),
      form(named("a", "1\r--xyz")),
      form(named("a", "1\r\n--xyzz")),
      form("--xyz\r\n\r\n1\r\n"),
      form("--xyz\r\nContent-Disposition: form-data; name=a\r\n\r\n--xyz\r\n"),
      form(part("Content-Type: text/plain", "1")),
      form(part("Content-Disposition: form-data", "1")),
      form(part("Content-Disposition: attachment; name=a", "1")),
      form(part("Content-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "1")),
      form(part("Content-Disposition: form-data; name=a; name=b", "1")),
      form(part("Content-Disposition: form-data; name*=utf-8''a", "1")),
      form(part("Content-Disposition: form-data; name=\"mod\\el\"", "1")),
      form(part("Content-Disposition: form-data; name=\"a", "1")),
      form(part("Content-Disposition: form-data; name=a;", "1")),
      form(part("Content-Disposition : form-data; name=a", "1")),
      form(part("Content-Disposition: form-data;\r\n name=a", "1")),
      form(part("Content-Disposition: form-data; name=a\nX: y", "1")),
      form(part("Content-Disposition: form-data; name=a\r\nX-Long: " + std::string(max_form_part_head, 'x'), "1")),
  };
  for (const auto& body : bodies) EXPECT_NE(fault(body), "none") << body.substr(0, 200);
}

TEST(Multipart, TheBoundaryInTheMiddleOfALineIsContent) {
  EXPECT_EQ(fault(form(named("a", "1--xyz--xyz\r\n -- --xyz"))), "none");
}

TEST(Multipart, TakesNoMorePartsThanItSays) {
  std::string parts;
  for (std::size_t i = 0; i < max_form_parts; ++i) parts += named("a", "1");
  EXPECT_EQ(fault(form(parts)), "none");
  EXPECT_NE(fault(form(parts + named("a", "1"))), "none");
}

TEST(Multipart, TellsAPartThatIsEncoded) {
  const auto encoded = [](std::string_view encoding) {
    const auto body = form(
        part("Content-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: " + std::string(encoding), "1"));
    return read_form(type, body)->front().is_encoded;
  };
  EXPECT_FALSE(encoded("binary"));
  EXPECT_FALSE(encoded(" 8BIT "));
  EXPECT_TRUE(encoded("base64"));
  EXPECT_TRUE(encoded("quoted-printable"));
}

TEST(Multipart, GivesBackAnyBytesThatWereWritten) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> values(1 + random() % 5);
    std::string parts;
    for (auto& value : values) {
      for (std::size_t i = random() % 40; i > 0; --i) value += "\r\n-xyz\0a"[random() % 8];
      if (value.find("--xyz") != value.npos) value.clear();
      parts += named("v", value);
    }
    const auto body = form(parts);
    const auto read = read_form(type, body);
    ASSERT_TRUE(read.has_value()) << read.error().message();
    ASSERT_EQ(read->size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      EXPECT_EQ(body.substr((*read)[i].value.at, (*read)[i].value.size), values[i]);
  }
}

}  // namespace headgate::wire
