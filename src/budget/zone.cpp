#include "headgate/budget/zone.hpp"

#include <array>

#include "posix_rule.hpp"

namespace headgate::budget {
namespace {

using std::chrono::seconds;

constexpr std::size_t header_size = 44, max_changes = 4096, max_kinds = 256;
constexpr seconds widest_offset = std::chrono::hours(26);  // RFC 8536 section 3.2
constexpr std::chrono::year last_written_out{2200};

// Lengths were checked before: reads past the end are bugs.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}
  std::string_view take(std::size_t count) {
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::int64_t number(std::size_t width) {
    std::uint64_t value = 0;
    for (const char c : take(width)) value = value << 8 | static_cast<unsigned char>(c);
    if (width == 4) return static_cast<std::int32_t>(value);
    return static_cast<std::int64_t>(value);
  }
  std::size_t left() const { return rest_.size(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

struct Counts {
  std::size_t utc_marks, standard_marks, leaps, changes, kinds, letters;

  std::size_t block(std::size_t time_width) const {
    return changes * (time_width + 1) + kinds * 6 + letters + leaps * (time_width + 4) + standard_marks + utc_marks;
  }
};

std::optional<Counts> read_header(Bytes& bytes) {
  if (bytes.left() < header_size || bytes.take(4) != "TZif") return std::nullopt;
  if (bytes.take(1)[0] < '2') return std::nullopt;
  bytes.take(15);
  std::array<std::size_t, 6> numbers{};
  for (auto& number : numbers) {
    const auto value = bytes.number(4);
    if (value < 0 || value > 65536) return std::nullopt;
    number = static_cast<std::size_t>(value);
  }
  return Counts{numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]};
}

struct Table {
  seconds first_offset{};
  std::vector<Zone::Change> changes;
};

std::optional<Table> read_table(Bytes& bytes, const Counts& counts) {
  std::vector<std::int64_t> times;
  std::string_view kinds_used;
  for (std::size_t i = 0; i < counts.changes; ++i) times.push_back(bytes.number(8));
  kinds_used = bytes.take(counts.changes);
  std::vector<seconds> offsets;
  for (std::size_t i = 0; i < counts.kinds; ++i) {
    offsets.emplace_back(bytes.number(4));
    bytes.take(2);
    if (offsets.back() > widest_offset || offsets.back() < -widest_offset) return std::nullopt;
  }
  bytes.take(counts.letters + counts.standard_marks + counts.utc_marks);
  Table table{offsets.front(), {}};
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto kind = static_cast<unsigned char>(kinds_used[i]);
    if (kind >= offsets.size() || (i > 0 && times[i] <= times[i - 1])) return std::nullopt;
    table.changes.push_back({Seconds(seconds(times[i])), offsets[kind]});
  }
  return table;
}

// What the rule says after the last change of the table.
void write_out(Table& table, const PosixRule& rule) {
  if (!rule.daylight) return;
  using namespace std::chrono;
  const auto from = table.changes.empty() ? Seconds(seconds(0)) : table.changes.back().at;
  const year first = std::max(year(1970), year_month_day(floor<days>(from)).year());
  for (year y = first; y <= last_written_out; ++y) {
    auto [begin, end] = rule.changes_in(y);
    if (end.at < begin.at) std::swap(begin, end);
    for (const auto& change : {begin, end})
      if (table.changes.empty() || change.at > table.changes.back().at) table.changes.push_back(change);
  }
}

core::Error unreadable(std::string_view name, std::string_view what) {
  return core::Error(core::Code::invalid_request, "time zone " + std::string(name) + ": " + std::string(what) +
                                                      ". Install the package tzdata anew.");
}

}  // namespace

Zone::Stretch Zone::at(Seconds time) const {
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), time,
                                     [](Seconds at, const Change& change) { return at < change.at; });
  const bool is_first = next == changes_.begin(), is_last = next == changes_.end();
  return {is_first ? Seconds::min() : std::prev(next)->at, is_last ? Seconds::max() : next->at,
          is_first ? first_offset_ : std::prev(next)->offset};
}

core::Result<Zone> parse_zone(std::string_view text, std::string_view name) {
  Bytes bytes(text);
  const auto old_form = read_header(bytes);
  if (!old_form) return unreadable(name, "its file is not a zone file of version 2 or later");
  if (bytes.left() < old_form->block(4)) return unreadable(name, "its file is cut short");
  bytes.take(old_form->block(4));
  const auto counts = read_header(bytes);
  if (!counts || bytes.left() < counts->block(8)) return unreadable(name, "its file is cut short");
  if (counts->leaps != 0) return unreadable(name, "it counts leap seconds, which this machine's clock does not");
  if (counts->kinds == 0 || counts->kinds > max_kinds || counts->changes > max_changes)
    return unreadable(name, "its file has an impossible number of changes");
  auto table = read_table(bytes, *counts);
  if (!table) return unreadable(name, "its file is malformed");
  const auto footer = bytes.rest();
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n')
    return unreadable(name, "its file is cut short");
  if (footer.size() > 2) {
    const auto rule = parse_posix_rule(footer.substr(1, footer.size() - 2));
    if (!rule) return unreadable(name, "its rule for the future is malformed");
    write_out(*table, *rule);
  }
  return Zone(table->first_offset, std::move(table->changes));
}

}  // namespace headgate::budget
