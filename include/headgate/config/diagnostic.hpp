// What is wrong with a configuration, where, and the way out. Values.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::config {

enum class Severity { error, warning, note };

struct Diagnostic {
  std::string code;  // "HG-1002"; codes() explains each
  Severity severity = Severity::error;
  std::string message;
  std::string file;
  int line = 0;             // from 1; 0: about the file as a whole
  int column = 0;           // from 1, in characters
  int length = 1;           // characters to underline
  std::string expected;     // "one of open, required"; may be empty
  std::string hint;         // "did you mean `open`?"; may be empty
  std::string source_line;  // with keys masked
};

using Diagnostics = std::vector<Diagnostic>;

bool has_errors(const Diagnostics& diagnostics);

// "headgate.yaml:12:3: error HG-1002: ..." with the source line and a caret.
std::string to_text(const Diagnostics& diagnostics);
// [{"code","severity","message","file","line","column","hint"}]
std::string to_json(const Diagnostics& diagnostics);
// Workflow commands that GitHub shows beside the line.
std::string to_github(const Diagnostics& diagnostics);

struct CodeEntry {
  std::string_view code;
  std::string_view title;
  std::string_view way_out;
};

// Every code there is, in order.
std::span<const CodeEntry> codes();

}  // namespace headgate::config
