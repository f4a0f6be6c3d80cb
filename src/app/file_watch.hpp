// When to load files again: as soon as one has changed, and after a failure until loading works.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "headgate/config/settings.hpp"
#include "headgate/core/time.hpp"

namespace headgate::app {

// What a file looks like from outside, by path.
using FileMarks = std::map<std::string, std::string>;
FileMarks marks_of(const std::vector<std::string>& paths);

// Everything the settings were made from, but for the keys of tenants.
std::vector<std::string> files_of(const config::Settings& settings, const std::string& config_path);

// Remembers what was loaded last. A failure may pass with nothing changing in the files, so it is
// tried again, at growing distances. Value.
class FileWatch {
 public:
  explicit FileWatch(core::Duration longest_pause) : longest_pause_(longest_pause) {}

  bool is_due(const FileMarks& seen, core::TimePoint now) const {
    return seen != loaded_ || (failed_ && now >= again_);
  }
  // Whether a failure now would be the first one of these files.
  bool is_news(const FileMarks& seen) const { return seen != loaded_ || !failed_; }
  // `seen` from before the files were read: what changed meanwhile is due at the next look.
  void loaded(FileMarks seen);
  void failed(FileMarks seen, core::TimePoint now);
  // Other files count from now on; marks of those that counted before stay what they were.
  void follow(const std::vector<std::string>& paths);
  bool has_failed() const { return failed_; }

 private:
  core::Duration longest_pause_;
  core::Duration pause_{};
  core::TimePoint again_{};
  FileMarks loaded_;
  bool failed_ = false;
};

}  // namespace headgate::app
