#include "secrets.hpp"

#include <algorithm>

#include "text.hpp"

namespace headgate::config {
namespace {

constexpr std::size_t largest_secret = 64u << 10;  // bytes
constexpr unsigned others = 077;                   // permission bits of group and world

Parsed<core::Secret> accept(std::string text, const std::string& source, SecretForm form) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  const auto refuse = [&](const std::string& why) {
    return Problem{"HG-1305", source + ' ' + why, form == SecretForm::line ? "one line of visible ASCII" : ""};
  };
  if (text.empty()) return refuse("is empty");
  if (text.size() > largest_secret) return refuse("is too long for a key");
  if (form == SecretForm::document) return core::Secret(std::move(text));
  // It travels in a header.
  const bool visible = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  if (!visible) return refuse("holds spaces, line breaks or other characters that no key has");
  return core::Secret(std::move(text));
}

FileRead read(const std::string& path, const Environment& environment) {
  return environment.read_file ? environment.read_file(path, largest_secret) : FileRead{{}, "no such file"};
}

Parsed<core::Secret> from_environment(const std::string& name, const Environment& environment, SecretForm form) {
  auto value = environment.variable ? environment.variable(name) : std::nullopt;
  if (value) return accept(std::move(*value), "environment variable " + quote(name), form);
  return Problem{
      "HG-1302", "environment variable " + quote(name) + " is not set", {}, "set it where headgate is started"};
}

Parsed<core::Secret> from_file(const std::string& path, const Environment& environment, SecretForm form) {
  FileRead file = read(path, environment);
  if (file.text) return accept(std::move(*file.text), "file " + quote(path), form);
  return Problem{"HG-1303", quote(path) + ": " + file.error, "a readable file that holds the key"};
}

// Until the encrypted store exists a secret is a file that only its owner can read.
Parsed<core::Secret> from_store(const std::string& name, const std::string& data_dir, const Environment& environment,
                                SecretForm form) {
  const std::string path = data_dir + "/secrets/" + name;
  FileRead file = read(path, environment);
  if (!file.text) {
    return Problem{"HG-1304",
                   "there is no secret " + quote(name) + ": " + file.error,
                   {},
                   "put the key into " + quote(path) + ", mode 600"};
  }
  if ((file.mode & others) != 0) {
    return Problem{"HG-1306", "secret " + quote(name) + " can be read by other users", {}, "chmod 600 " + quote(path)};
  }
  return accept(std::move(*file.text), "secret " + quote(name), form);
}

}  // namespace

Parsed<core::Secret> resolve(const SecretReference& reference, const std::string& data_dir,
                             const Environment& environment, SecretForm form) {
  using Source = SecretReference::Source;
  switch (reference.source) {
    case Source::none: return core::Secret();
    case Source::env: return from_environment(reference.name, environment, form);
    case Source::file: return from_file(reference.name, environment, form);
    case Source::secret: return from_store(reference.name, data_dir, environment, form);
  }
  return core::Secret();
}

bool has_key(const std::string& variable, const Environment& environment) {
  return static_cast<bool>(from_environment(variable, environment, SecretForm::line));
}

}  // namespace headgate::config
