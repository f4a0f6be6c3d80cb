#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "daemon.hpp"
#include "key_store.hpp"
#include "verbs.hpp"

namespace headgate::app {
namespace {

int refuse(const std::string& why) {
  std::fprintf(stderr, "headgate: %s\n", why.c_str());
  return 2;
}

constexpr long longest_life = 3650L * 24;  // hours; as long as durations in the configuration

// It stands in logs and records of every request.
bool is_tenant(const std::string& text) {
  return !text.empty() && text.size() <= 64 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
}

bool is_key_name(const std::string& text) {
  return text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 127; });
}

// "90d", "12h" or "never".
std::optional<std::optional<core::WallTime>> read_expiry(const std::string& text, core::WallTime now) {
  if (text == "never") return std::optional<core::WallTime>();
  if (text.size() < 2 || text.size() > 7 || text.find_first_not_of("0123456789") != text.size() - 1) return {};
  const auto count = std::stol(text.substr(0, text.size() - 1));
  const auto unit = text.back() == 'd' ? 24 : text.back() == 'h' ? 1 : 0;
  if (unit == 0 || count == 0 || count * unit > longest_life) return {};
  return std::optional<core::WallTime>(now + std::chrono::hours(count * unit));
}

std::string day(const std::optional<core::WallTime>& time) {
  if (!time) return "never";
  const auto seconds = std::chrono::system_clock::to_time_t(*time);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char text[32];
  (void)std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

int create(const config::Settings& settings, const std::string& tenant, const std::string& name,
           const std::string& expires, bool json) {
  const auto now = std::chrono::system_clock::now();
  const auto expiry = read_expiry(expires, now);
  if (!expiry) return refuse("--expires takes days or hours, such as 90d or 12h, at most 3650d, or never");
  if (!is_tenant(tenant)) return refuse("--tenant takes 1 to 64 visible ASCII characters, without spaces");
  if (!is_key_name(name)) return refuse("--name takes at most 128 printable ASCII characters");
  auto created = KeyStore(settings.data_dir).create(tenant, name, *expiry, now);
  if (!created) return refuse(created.error().message());
  const std::string key(created->key.reveal());
  if (json)
    std::printf("%s\n", nlohmann::ordered_json{{"id", created->id}, {"key", key}}.dump().c_str());
  else
    std::printf("%s\n\nThis is the only time the key is shown. Id %s, tenant %s, expires %s.\n", key.c_str(),
                created->id.c_str(), tenant.c_str(), day(*expiry).c_str());
  return 0;
}

int list(const config::Settings& settings, bool json) {
  const auto records = KeyStore(settings.data_dir).read();
  if (!records) return refuse(records.error().message());
  auto rows = nlohmann::ordered_json::array();
  for (const auto& record : *records)
    rows.push_back({{"id", record.id},
                    {"tenant", record.tenant},
                    {"name", record.name},
                    {"created", day(record.created)},
                    {"expires", day(record.expires)},
                    {"revoked", record.revoked}});
  if (json) {
    std::printf("%s\n", rows.dump().c_str());
    return 0;
  }
  const std::string heading =
      fmt::format("{:<14}{:<20}{:<20}{:<12}{:<12}{}\n", "ID", "TENANT", "NAME", "CREATED", "EXPIRES", "STATE");
  std::fputs(heading.c_str(), stdout);
  for (const auto& record : *records) {
    const std::string row = fmt::format("{:<14}{:<20}{:<20}{:<12}{:<12}{}\n", record.id, record.tenant, record.name,
                                        day(record.created), day(record.expires), record.revoked ? "revoked" : "live");
    std::fputs(row.c_str(), stdout);
  }
  return 0;
}

int revoke(const config::Settings& settings, const std::string& id, bool json) {
  const auto revoked = KeyStore(settings.data_dir).revoke(id);
  if (!revoked) return refuse(revoked.error().message());
  if (!*revoked) return refuse("there is no key " + id + "; headgate key list shows what there is");
  if (json)
    std::printf("%s\n", nlohmann::ordered_json{{"id", id}, {"revoked", true}}.dump().c_str());
  else
    std::printf("%s is revoked; a running daemon refuses it within a second.\n", id.c_str());
  return 0;
}

template <typename Act>
void act_on_settings(CLI::App* verb, Invocation& invocation, Act act) {
  verb->callback([&invocation, act] {
    invocation.action = [&invocation, act] {
      const auto settings = settings_for(config_path_or_default(invocation.config));
      return settings ? act(*settings) : 2;
    };
  });
}

}  // namespace

void add_key(CLI::App& app, Invocation& invocation) {
  auto* key = app.add_subcommand("key", "Keys of tenants: create, list, revoke");
  key->require_subcommand(1);
  const auto tenant = std::make_shared<std::string>();
  const auto name = std::make_shared<std::string>();
  const auto expires = std::make_shared<std::string>("90d");
  const auto id = std::make_shared<std::string>();

  auto* making = add_verb(*key, invocation, "create", "Make a key; it is shown once");
  making->add_option("--tenant", *tenant, "Who it is for")->required();
  making->add_option("--name", *name, "What it is for");
  making->add_option("--expires", *expires, "90d, 12h or never; at most 3650d")->capture_default_str();
  act_on_settings(making, invocation, [=, &invocation](const config::Settings& settings) {
    return create(settings, *tenant, *name, *expires, invocation.json);
  });
  auto* listing = add_verb(*key, invocation, "list", "Show the keys there are");
  act_on_settings(listing, invocation,
                  [&invocation](const config::Settings& settings) { return list(settings, invocation.json); });
  auto* ending = add_verb(*key, invocation, "revoke", "End a key");
  ending->add_option("id", *id, "As shown by list")->required();
  act_on_settings(ending, invocation, [=, &invocation](const config::Settings& settings) {
    return revoke(settings, *id, invocation.json);
  });
}

}  // namespace headgate::app
