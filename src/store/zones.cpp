#include "headgate/store/zones.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>

namespace headgate::store {
namespace {

constexpr std::size_t max_name = 64, max_file = 64u << 10;

// Nothing that could lead out of the folder.
bool is_zone_name(std::string_view name) {
  const auto allowed = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '+' || c == '-' || c == '/';
  };
  return !name.empty() && name.size() <= max_name && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), allowed);
}

core::Error unknown(std::string_view name, const std::string& folder) {
  return core::Error(core::Code::invalid_request, "there is no time zone " + std::string(name) +
                                                      ". Write it as in `Europe/Berlin`; without the package tzdata (" +
                                                      folder + ") only UTC is known.");
}

}  // namespace

core::Result<std::shared_ptr<const budget::Zone>> load_zone(std::string_view name, const std::string& folder) {
  if (name == "UTC") return std::make_shared<const budget::Zone>();
  if (!is_zone_name(name)) return unknown(name.substr(0, max_name), folder);
  const auto path = std::filesystem::path(folder) / name;
  std::error_code failed;
  if (!std::filesystem::is_regular_file(path, failed)) return unknown(name, folder);
  std::ifstream file(path, std::ios::binary);
  std::string bytes(max_file, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  auto zone = budget::parse_zone(bytes, name);
  if (!zone) return std::move(zone).error();
  return std::make_shared<const budget::Zone>(std::move(*zone));
}

}  // namespace headgate::store
