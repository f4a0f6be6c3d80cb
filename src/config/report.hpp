// Gathers what is wrong with one file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/config/diagnostic.hpp"

namespace headgate::config {

// A place in the text, as the YAML parser counts: from 0, columns in bytes.
struct Mark {
  int line = -1;  // -1: the file as a whole
  int column = 0;
};

// What is wrong, without the where. Value.
struct Problem {
  std::string code;
  std::string message;
  std::string expected{};
  std::string hint{};
};

class Report {
 public:
  // Keeps the first `most`. `text` must outlive the report.
  Report(std::string file, std::string_view text, std::size_t most = 100);

  void error(Problem problem, Mark mark, std::size_t length = 1) {
    add(Severity::error, std::move(problem), mark, length);
  }
  void warning(Problem problem, Mark mark, std::size_t length = 1) {
    add(Severity::warning, std::move(problem), mark, length);
  }
  void note(Problem problem, Mark mark, std::size_t length = 1) {
    add(Severity::note, std::move(problem), mark, length);
  }

  // How many were not kept.
  std::size_t dropped() const { return dropped_; }

  // More errors would not be kept.
  bool is_full() const;
  // What was refused once is not complained about again.
  bool has_error_at(Mark mark) const;

  // The text must not appear in any shown line.
  void hide(std::string_view text);

  bool has_errors() const { return config::has_errors(diagnostics_); }

  // By position, with source lines.
  Diagnostics finish() &&;

 private:
  void add(Severity severity, Problem problem, Mark mark, std::size_t length);
  void locate(Diagnostic& diagnostic) const;

  std::string file_;
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::vector<std::string> hidden_;
  Diagnostics diagnostics_;
  std::size_t most_;
  std::size_t dropped_ = 0;
};

}  // namespace headgate::config
