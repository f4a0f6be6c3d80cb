#include "headgate/config/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace headgate::config {
namespace {

std::string_view word(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: break;
  }
  return "note";
}

// Nothing in a file may steer a terminal.
std::string printable(std::string_view text) {
  std::string shown(text);
  for (char& c : shown) {
    if (c >= 0 && (c < ' ' || c == 127) && c != '\t') c = '?';
  }
  return shown;
}

std::string position(const Diagnostic& diagnostic) {
  if (diagnostic.line < 1) return diagnostic.file;
  return fmt::format("{}:{}:{}", diagnostic.file, diagnostic.line, diagnostic.column);
}

// Tabs are kept, so that the caret stands under what it means.
std::string caret(const Diagnostic& diagnostic) {
  std::string line;
  int column = 1;
  for (const char c : diagnostic.source_line) {
    if (column >= diagnostic.column) break;
    if ((static_cast<unsigned char>(c) & 0xC0u) == 0x80u) continue;
    line += c == '\t' ? '\t' : ' ';
    ++column;
  }
  return line + '^' + std::string(static_cast<std::size_t>(std::max(0, diagnostic.length - 1)), '~');
}

std::string way_out(const Diagnostic& diagnostic) {
  if (diagnostic.expected.empty()) return diagnostic.hint;
  const std::string expected = "expected: " + diagnostic.expected;
  return diagnostic.hint.empty() ? expected : diagnostic.hint + " (" + expected + ")";
}

// GitHub's rules for workflow commands.
std::string escape(std::string_view text, bool property) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ','))) {
      escaped += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string text_of(const Diagnostic& diagnostic) {
  std::string text = fmt::format("{}: {} {}: {}\n", printable(position(diagnostic)), word(diagnostic.severity),
                                 diagnostic.code, printable(diagnostic.message));
  if (!diagnostic.source_line.empty()) {
    text += fmt::format("{:>5} | {}\n", diagnostic.line, printable(diagnostic.source_line));
    text += fmt::format("      | {}\n", caret(diagnostic));
  }
  if (!diagnostic.expected.empty()) text += fmt::format("      = expected: {}\n", printable(diagnostic.expected));
  if (!diagnostic.hint.empty()) text += fmt::format("      = {}\n", printable(diagnostic.hint));
  return text;
}

}  // namespace

bool has_errors(const Diagnostics& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(),
                     [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::error; });
}

std::string to_text(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& diagnostic : diagnostics) text += text_of(diagnostic);
  return text;
}

std::string to_json(const Diagnostics& diagnostics) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& diagnostic : diagnostics) {
    list.push_back({{"code", diagnostic.code},
                    {"severity", word(diagnostic.severity)},
                    {"message", diagnostic.message},
                    {"file", diagnostic.file},
                    {"line", diagnostic.line},
                    {"column", diagnostic.column},
                    {"hint", way_out(diagnostic)}});
  }
  return list.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string to_github(const Diagnostics& diagnostics) {
  std::string text;
  for (const auto& diagnostic : diagnostics) {
    const std::string hint = way_out(diagnostic);
    const auto command = diagnostic.severity == Severity::note ? "notice" : word(diagnostic.severity);
    text += fmt::format("::{} file={}", command, escape(diagnostic.file, true));
    if (diagnostic.line > 0) text += fmt::format(",line={},col={}", diagnostic.line, diagnostic.column);
    text += fmt::format(",title={}::{}\n", diagnostic.code,
                        escape(hint.empty() ? diagnostic.message : diagnostic.message + ": " + hint, false));
  }
  return text;
}

}  // namespace headgate::config
