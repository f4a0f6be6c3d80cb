#include "file_watch.hpp"

#include <algorithm>

#include "files.hpp"

namespace headgate::app {
namespace {

constexpr core::milliseconds first_pause{250};

}  // namespace

FileMarks marks_of(const std::vector<std::string>& paths) {
  FileMarks marks;
  for (const auto& path : paths) marks.emplace(path, file_mark(path));
  return marks;
}

std::vector<std::string> files_of(const config::Settings& settings, const std::string& config_path) {
  std::vector<std::string> paths{config_path};
  constexpr std::string_view from_file = "file:", from_secret = "secret:";
  for (const auto& account : settings.providers) {
    const auto follow = [&](const std::string& source) {
      if (source.starts_with(from_file)) paths.push_back(source.substr(from_file.size()));
      if (source.starts_with(from_secret))
        paths.push_back(settings.data_dir + "/secrets/" + source.substr(from_secret.size()));
    };
    follow(account.key_source);
    for (const auto& [name, source] : account.sources) follow(source);
    paths.push_back(account.ca_file);
  }
  if (const auto& tls = settings.server.tls) paths.insert(paths.end(), {tls->cert, tls->key, tls->client_ca});
  std::erase(paths, "");
  return paths;
}

void FileWatch::loaded(FileMarks seen) {
  loaded_ = std::move(seen);
  failed_ = false;
}

void FileWatch::failed(FileMarks seen, core::TimePoint now) {
  pause_ = is_news(seen) ? core::Duration(first_pause) : std::min(2 * pause_, longest_pause_);
  again_ = now + pause_;
  loaded_ = std::move(seen);
  failed_ = true;
}

void FileWatch::follow(const std::vector<std::string>& paths) {
  auto marks = marks_of(paths);
  for (auto& [path, mark] : marks)
    if (const auto known = loaded_.find(path); known != loaded_.end()) mark = known->second;
  loaded_ = std::move(marks);
}

}  // namespace headgate::app
