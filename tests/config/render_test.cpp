// Diagnostics as people and machines read them.
#include <nlohmann/json.hpp>

#include "support.hpp"

namespace headgate::config {
namespace {

Diagnostics sample() { return load_plain(lab + "server:\n  lisen: 127.0.0.1:80\n").diagnostics; }

}  // namespace

TEST(Render, TextShowsTheLineWithACaret) {
  EXPECT_EQ(to_text(sample()),
            "headgate.yaml:7:3: error HG-1002: unknown key `lisen` in `server`\n"
            "    7 |   lisen: 127.0.0.1:80\n"
            "      |   ^~~~~\n"
            "      = expected: listen, admin_listen, workers, max_body, max_header, tls, timeouts, heartbeat or drain\n"
            "      = did you mean `listen`?\n");
}

TEST(Render, CaretStandsUnderTheCharacterBehindWideText) {
  const auto text = to_text(load_plain(lab + "log: {level: info, \xC3\xA4\xC3\xB6: 1, lvl: info}\n").diagnostics);
  EXPECT_NE(text.find("      |                           ^~~\n"), std::string::npos) << text;
}

TEST(Render, CaretKeepsTabs) {
  const auto text = to_text(load_plain(lab + "log: {level:\twran}\n").diagnostics);
  EXPECT_NE(text.find("      |             \t^~~~\n"), std::string::npos) << text;
}

TEST(Render, JsonIsAListWithTheAgreedFields) {
  const auto list = nlohmann::json::parse(to_json(sample()));
  ASSERT_EQ(list.size(), 1u);
  EXPECT_EQ(list[0].size(), 7u);
  EXPECT_EQ(list[0]["code"], "HG-1002");
  EXPECT_EQ(list[0]["severity"], "error");
  EXPECT_EQ(list[0]["message"], "unknown key `lisen` in `server`");
  EXPECT_EQ(list[0]["file"], "headgate.yaml");
  EXPECT_EQ(list[0]["line"], 7);
  EXPECT_EQ(list[0]["column"], 3);
  EXPECT_EQ(list[0]["hint"],
            "did you mean `listen`? (expected: listen, admin_listen, workers, max_body, max_header, tls, timeouts, "
            "heartbeat or drain)");
}

TEST(Render, NothingIsAnEmptyList) {
  EXPECT_EQ(to_json({}), "[]\n");
  EXPECT_EQ(to_text({}), "");
  EXPECT_EQ(to_github({}), "");
}

TEST(Render, GithubGetsOneEscapedCommandALine) {
  Diagnostic diagnostic;
  diagnostic.code = "HG-1002";
  diagnostic.severity = Severity::warning;
  diagnostic.message = "100% a\nb: c";
  diagnostic.file = "a,b:c.yaml";
  diagnostic.line = 7;
  diagnostic.column = 3;
  diagnostic.hint = "so";
  EXPECT_EQ(to_github({diagnostic}), "::warning file=a%2Cb%3Ac.yaml,line=7,col=3,title=HG-1002::100%25 a%0Ab: c: so\n");
  diagnostic.line = 0;
  EXPECT_EQ(to_github({diagnostic}), "::warning file=a%2Cb%3Ac.yaml,title=HG-1002::100%25 a%0Ab: c: so\n");
}

TEST(Render, NothingInAFileSteersATerminal) {
  const auto text =
      to_text(load_plain("\"a\\e[2J\\nb\": 1\nproviders: {\"\\e]0;x\\a\": {type: \"\\e[31m\"}}\n").diagnostics);
  for (const char c : text) EXPECT_TRUE(c == '\n' || c < 0 || c >= ' ') << static_cast<int>(c);
}

TEST(Render, LongLinesAreNotShown) {
  const auto text = to_text(load_plain(lab + "log: {level: " + std::string(1000, 'x') + "}\n").diagnostics);
  EXPECT_LT(text.size(), 300u) << text;
}

TEST(Render, EveryCodeIsUniqueAndInOrder) {
  std::string last;
  for (const auto& entry : codes()) {
    EXPECT_LT(last, entry.code);
    EXPECT_FALSE(entry.title.empty());
    EXPECT_FALSE(entry.way_out.empty());
    last = entry.code;
  }
}

}  // namespace headgate::config
