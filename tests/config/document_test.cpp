// What is wrong with a file before anybody asks what it means.
#include "support.hpp"

namespace headgate::config {

TEST(Document, SyntaxErrorsSayWhereReadingStopped) {
  expect_only("providers:\n  lab: {type: simulated\nmodels: {}\n",
              {"HG-1001", 3, 7, "not readable as YAML", "`{` is not closed", ""});
  expect_only("server: listen: 127.0.0.1:1\n", {"HG-1001", 1, 15, "not readable", "in quotes", ""});
  expect_only("data_dir: \"never closed\nlog: {}\n", {"HG-1001", 1, 11, "this quote is not closed", "", ""});
  expect_only("data_dir: 'it''s\n", {"HG-1001", 1, 11, "this quote is not closed", "", ""});
  expect_only("- a\nlog: {}\n", {"HG-1001", 2, 1, "does not continue what stands above", "indentation", ""});
}

TEST(Document, KeysMustBeWords) {
  expect_only("? [a, b]\n: c\n", {"HG-1001", 1, 3, "a key must be a word", "", ""});
  expect_only("{{a: b}: c}\n", {"HG-1001", 1, 2, "a key must be a word", "", ""});
  expect_only("~: c\n", {"HG-1001", 1, 1, "a key must be a word", "", ""});
}

TEST(Document, TabsAreNamed) {
  expect("server:\n\tlisten: 127.0.0.1:1\n", {"HG-1004", 2, 1, "a tab in the indentation", "two spaces", "spaces"});
  expect("server:\n  \tlisten: 127.0.0.1:1\n", {"HG-1004", 2, 3, "a tab", "", ""});
}

TEST(Document, TabsInCommentsAndBlankLinesAreFine) {
  expect_clean({}, lab + "\t\n\t# note\nlog: {level: info} \t# note\n");
}

TEST(Document, DuplicateKeysNameTheFirstLine) {
  expect_only(lab + "log: {level: info}\nlog: {level: warn}\n",
              {"HG-1003", 7, 1, "key `log` was given before, on line 6", "remove one", ""});
  expect_only(lab + "log: {level: info, level: warn}\n", {"HG-1003", 6, 20, "`level`", "", ""});
}

TEST(Document, DuplicateKeysAreFoundAtEveryDepth) {
  const auto result = load_plain("a:\n  b: {c: 1, c: 2}\n  b: 3\n");
  const auto duplicates = std::count_if(result.diagnostics.begin(), result.diagnostics.end(),
                                        [](const auto& d) { return d.code == "HG-1003"; });
  EXPECT_EQ(duplicates, 2) << to_text(result.diagnostics);
}

TEST(Document, AnchorsAliasesAndTagsAreRefused) {
  expect_only("server: &anchor {drain: 1s}\n",
              {"HG-1008", 1, 9, "anchor `&anchor` is not read here", "", "written out"});
  expect_only("a: &x b\nc: *x\n", {"HG-1008", 1, 4, "anchor", "", ""});
  expect_only("a: !!str b\n", {"HG-1008", 1, 4, "tag", "", ""});
  expect_only("a: !env HOME\n", {"HG-1008", 1, 4, "tag `!env`", "", ""});
}

TEST(Document, MergeKeysAreExplained) {
  expect(lab + "server: {<<: {drain: 1s}}\n", {"HG-1002", 6, 10, "`<<`", "merge keys", ""});
}

TEST(Document, SecondDocumentIsRefused) {
  expect_only("---\n" + lab + "---\nlog: {}\n", {"HG-1009", 7, 1, "second document", "", "one document"});
}

TEST(Document, DepthIsBounded) {
  expect_only(std::string(31, '[') + std::string(31, ']'), {"HG-1101", 1, 1, "the file is a list", "", "mapping"});
  expect_only(std::string(33, '[') + std::string(33, ']'),
              {"HG-1007", 1, 33, "nested more than 32 levels deep", "", ""});
  EXPECT_EQ(load_plain(std::string(500'000, '[')).diagnostics.size(), 1u);
}

TEST(Document, SizeIsBounded) {
  expect_only("# " + std::string(1u << 20, 'x') + "\n", {"HG-1006", 0, 0, "larger than 1 MiB", "", ""});
}

TEST(Document, OnlyUtf8TextIsRead) {
  expect_only("data_dir: \xC3\xA4\xFF\n", {"HG-1005", 1, 12, "not UTF-8", "", "UTF-8 text"});
  expect_only(std::string("data_dir: a\0b\n", 14), {"HG-1005", 1, 12, "control character", "", ""});
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\x1B[2J"}) {
    expect_only(std::string("# ") + bad + "\n", {"HG-1005", 1, 3, "", "", ""});
  }
}

TEST(Document, ByteOrderMarkAndWindowsLineEndsAreFine) {
  expect_clean({}, "\xEF\xBB\xBFproviders: {lab: {type: simulated}}\r\nmodels: {small: {provider: lab}}\r\n");
}

TEST(Document, ColumnsCountCharacters) {
  expect("log: {\xC3\xA4\xC3\xB6: 1, level: info}\n", {"HG-1002", 1, 7, "`\xC3\xA4\xC3\xB6`", "", ""});
}

TEST(Document, EmptyFilesHaveNoModels) {
  for (const char* text : {"", "\n", "# nothing\n", "---\n", "{}"})
    expect_only(text, {"HG-1209", 1, 1, "no model", "models:", ""});
}

TEST(Document, FileMustBeAMapping) {
  expect_only("- a\n", {"HG-1101", 1, 1, "the file is a list", "", "a mapping"});
  expect_only("hello\n", {"HG-1101", 1, 1, "the file is the text `hello`", "", "a mapping"});
}

TEST(Document, FileThatCannotBeReadIsNamed) {
  const auto result = load_file("/nowhere.yaml", World{}.environment());
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(to_text(result.diagnostics), "/nowhere.yaml: error HG-1010: No such file or directory\n");
}

}  // namespace headgate::config
