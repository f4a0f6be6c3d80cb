#include "drill_file.hpp"

#include <nlohmann/json.hpp>

#include "files.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_file = 16u << 20;

std::string folder_of(const std::string& data_dir) { return data_dir + "/drills"; }
std::string file_of(const std::string& data_dir) { return folder_of(data_dir) + "/last.json"; }

std::int64_t seconds(core::WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

// Beyond these no calendar holds.
std::optional<core::WallTime> time_of(const Json& json) {
  if (!json.is_number_integer()) return std::nullopt;
  const auto number = json.get<std::int64_t>();
  if (number < 0 || number > 4'102'444'800) return std::nullopt;  // the year 2100
  return core::WallTime(std::chrono::seconds(number));
}

std::optional<LastDrill> parse(const std::string& text) {
  const auto json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("last_success") || !json.contains("finished")) return std::nullopt;
  LastDrill last;
  const auto& success = json["last_success"];
  last.last_success = time_of(success);
  const auto finished = time_of(json["finished"]);
  const bool is_sound =
      finished && (success.is_null() || last.last_success) && json.contains("report") && json["report"].is_object();
  if (!is_sound) return std::nullopt;
  last.finished = *finished;
  last.report = json["report"].dump(-1, ' ', false, Json::error_handler_t::replace);
  return last;
}

}  // namespace

core::Result<std::optional<LastDrill>> read_last_drill(const std::string& data_dir) {
  const auto file = file_of(data_dir);
  const auto text = read_file(file, max_file, false);
  if (!text) return text.error();
  if (!*text) return std::optional<LastDrill>();
  auto last = parse(**text);
  if (!last)
    return core::Error(core::Code::internal_error, file + " is damaged. Remove it; the next drill writes it again.");
  return last;
}

core::Result<void> write_last_drill(const std::string& data_dir, const LastDrill& last) {
  if (auto made = make_directory(data_dir); !made) return made;
  if (auto made = make_directory(folder_of(data_dir)); !made) return made;
  Json json;
  json["last_success"] = last.last_success ? Json(seconds(*last.last_success)) : Json(nullptr);
  json["finished"] = seconds(last.finished);
  json["report"] = Json::parse(last.report);
  return replace_file(file_of(data_dir), json.dump(2) + "\n");
}

}  // namespace headgate::app
