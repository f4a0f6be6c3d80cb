// A machine made of maps, and short ways to say what a file must lead to.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "headgate/config/load.hpp"

namespace headgate::config {

struct World {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
  std::map<std::string, unsigned> modes;  // 0600 when absent
  std::optional<bool> tenant_keys;        // empty: nobody can tell
  std::vector<std::string> time_zones;    // beside UTC
  mutable int zones_loaded = 0;

  Environment environment() const {
    Environment environment;
    environment.variable = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    environment.read_file = [this](const std::string& path, std::size_t limit) -> FileRead {
      const auto found = files.find(path);
      if (found == files.end()) return {{}, "No such file or directory"};
      if (found->second.size() > limit) return {{}, "too large"};
      const auto mode = modes.find(path);
      return {found->second, {}, mode == modes.end() ? 0600 : mode->second};
    };
    if (tenant_keys) environment.has_tenant_keys = [this](const std::string&) { return *tenant_keys; };
    if (!time_zones.empty())
      environment.load_zone = [this](const std::string& name) -> core::Result<std::shared_ptr<const budget::Zone>> {
        ++zones_loaded;
        if (std::find(time_zones.begin(), time_zones.end(), name) != time_zones.end())
          return std::make_shared<const budget::Zone>();
        return core::Error(core::Code::invalid_request, "there is no time zone " + name);
      };
    return environment;
  }
};

inline const std::string lab = R"(
providers:
  lab: {type: openai_compatible, base_url: http://127.0.0.1:9000/v1}
models:
  small: {provider: lab}
)";

inline LoadResult load_in(const World& world, const std::string& text) {
  return load(text, "headgate.yaml", world.environment());
}
inline LoadResult load_plain(const std::string& text) { return load_in({}, text); }

// What must be found, once. Empty texts are not compared.
struct Expected {
  std::string code;
  int line;
  int column;
  std::string message;
  std::string hint;
  std::string expected;
};

inline void expect_in(const World& world, const std::string& text, const Expected& wanted) {
  const auto result = load_in(world, text);
  const auto& found = result.diagnostics;
  const std::string shown = to_text(found);
  const auto same = [&](const Diagnostic& diagnostic) { return diagnostic.code == wanted.code; };
  ASSERT_EQ(std::count_if(found.begin(), found.end(), same), 1) << wanted.code << " in\n" << shown;
  const Diagnostic& diagnostic = *std::find_if(found.begin(), found.end(), same);
  EXPECT_EQ(diagnostic.line, wanted.line) << shown;
  EXPECT_EQ(diagnostic.column, wanted.column) << shown;
  EXPECT_NE(diagnostic.message.find(wanted.message), std::string::npos) << shown;
  EXPECT_NE(diagnostic.hint.find(wanted.hint), std::string::npos) << shown;
  EXPECT_NE(diagnostic.expected.find(wanted.expected), std::string::npos) << shown;
  EXPECT_EQ(result.settings.has_value(), !has_errors(found));
}

inline void expect(const std::string& text, const Expected& wanted) { expect_in({}, text, wanted); }

// The only complaint, too.
inline void expect_only(const std::string& text, const Expected& wanted) {
  const auto result = load_plain(text);
  EXPECT_EQ(result.diagnostics.size(), 1u) << to_text(result.diagnostics);
  expect(text, wanted);
}

inline void expect_clean(const World& world, const std::string& text) {
  const auto result = load_in(world, text);
  EXPECT_TRUE(result.settings) << to_text(result.diagnostics);
  EXPECT_TRUE(result.diagnostics.empty()) << to_text(result.diagnostics);
}

inline std::string read_source(const std::string& path) {
  std::ifstream file(std::string(HEADGATE_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace headgate::config
