#include "report.hpp"

#include <algorithm>
#include <sstream>
#include <tuple>

#include "text.hpp"

namespace headgate::config {
namespace {

constexpr std::size_t longest_line = 400;  // bytes; a longer one is not shown

int characters(std::string_view utf8) {
  const auto starts = [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; };
  return static_cast<int>(std::count_if(utf8.begin(), utf8.end(), starts));
}

}  // namespace

Report::Report(std::string file, std::string_view text, std::size_t most)
    : file_(std::move(file)), text_(text), line_starts_{0}, most_(most) {
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) line_starts_.push_back(at + 1);
}

void Report::hide(std::string_view text) {
  // A folded scalar has lost its line breaks, so its pieces are hidden one by one. A piece of
  // three letters is no credential, and starring it out would spoil other words.
  std::istringstream pieces{std::string(text)};
  for (std::string piece; pieces >> piece;) {
    if (piece.size() > 3) hidden_.push_back(std::move(piece));
  }
}

bool Report::is_full() const { return diagnostics_.size() >= most_ && has_errors(); }

bool Report::has_error_at(Mark mark) const {
  return std::any_of(diagnostics_.begin(), diagnostics_.end(), [&](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::error && diagnostic.line == mark.line + 1 &&
           diagnostic.column == mark.column + 1;
  });
}

void Report::add(Severity severity, Problem problem, Mark mark, std::size_t length) {
  // A warning must not push out the error that explains why the file is refused.
  if (diagnostics_.size() >= most_) {
    ++dropped_;
    if (severity != Severity::error || is_full()) return;
    diagnostics_.pop_back();
  }
  Diagnostic diagnostic;
  diagnostic.code = std::move(problem.code);
  diagnostic.severity = severity;
  diagnostic.message = std::move(problem.message);
  diagnostic.file = file_;
  diagnostic.line = mark.line + 1;
  diagnostic.column = mark.line < 0 ? 0 : mark.column + 1;
  diagnostic.length = static_cast<int>(std::min(length, longest_line));
  diagnostic.expected = std::move(problem.expected);
  diagnostic.hint = std::move(problem.hint);
  diagnostics_.push_back(std::move(diagnostic));
}

// Bytes to characters, and the line itself.
void Report::locate(Diagnostic& diagnostic) const {
  if (diagnostic.line < 1 || static_cast<std::size_t>(diagnostic.line) > line_starts_.size()) return;
  const auto index = static_cast<std::size_t>(diagnostic.line - 1);
  std::string_view line = text_.substr(line_starts_[index]);
  line = line.substr(0, line.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t byte = std::min(static_cast<std::size_t>(diagnostic.column - 1), line.size());
  const auto length = static_cast<std::size_t>(diagnostic.length);
  diagnostic.column = characters(line.substr(0, byte)) + 1;
  diagnostic.length = std::max(1, characters(line.substr(byte, length)));
  if (line.size() > longest_line) return;
  diagnostic.source_line = mask(line, hidden_);
}

Diagnostics Report::finish() && {
  for (auto& diagnostic : diagnostics_) locate(diagnostic);
  std::stable_sort(diagnostics_.begin(), diagnostics_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return std::move(diagnostics_);
}

}  // namespace headgate::config
