// The command line of the load generator; load.cpp says what the options mean.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

namespace bench {

struct Options {
  int port = 0;
  size_t connections = 16;
  size_t requests = 1000;
  size_t window = 16;
  size_t events = 0;
  double rate = 0;
  double seconds = 60;
  double hold = 0;
  std::string path = "/v1/chat/completions";
  std::string headers;
  std::string body = "{}";
};

inline std::string file_content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::perror(path.c_str());
    std::exit(1);
  }
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Options parse_options(int argc, char** argv) {
  Options o;
  const std::map<std::string, std::function<void(const std::string&)>> set = {
      {"--port", [&](auto& value) { o.port = std::stoi(value); }},
      {"--connections", [&](auto& value) { o.connections = std::stoul(value); }},
      {"--requests", [&](auto& value) { o.requests = std::stoul(value); }},
      {"--window", [&](auto& value) { o.window = std::stoul(value); }},
      {"--events", [&](auto& value) { o.events = std::stoul(value); }},
      {"--rate", [&](auto& value) { o.rate = std::stod(value); }},
      {"--seconds", [&](auto& value) { o.seconds = std::stod(value); }},
      {"--hold", [&](auto& value) { o.hold = std::stod(value); }},
      {"--path", [&](auto& value) { o.path = value; }},
      {"--header", [&](auto& value) { o.headers += value + "\r\n"; }},
      {"--body", [&](auto& value) { o.body = file_content(value); }},
  };
  for (int i = 1; i < argc; i += 2) {
    const auto option = set.find(argv[i]);
    if (option == set.end() || i + 1 == argc) {
      std::fprintf(stderr, "unknown option or no value: %s\n", argv[i]);
      std::exit(1);
    }
    option->second(argv[i + 1]);
  }
  return o;
}

}  // namespace bench
