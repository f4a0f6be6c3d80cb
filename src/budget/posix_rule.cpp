#include "posix_rule.hpp"

#include <cctype>

namespace headgate::budget {
namespace {

using std::chrono::seconds;

// Takes the text apart from the left; every part answers false when the text is something else.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool ahead(char c) const { return rest_.starts_with(c); }
  bool take(char c) {
    if (!ahead(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool number(int& value, int least, int most) {
    value = 0;
    std::size_t count = 0;
    while (count < rest_.size() && count < 4 && std::isdigit(static_cast<unsigned char>(rest_[count])) != 0)
      value = value * 10 + (rest_[count++] - '0');
    rest_.remove_prefix(count);
    return count > 0 && value >= least && value <= most;
  }

  bool name() {
    std::size_t count = 0;
    if (take('<')) {
      count = rest_.find('>');
      if (count == rest_.npos || count < 3) return false;
      rest_.remove_prefix(count + 1);
      return true;
    }
    while (count < rest_.size() && std::isalpha(static_cast<unsigned char>(rest_[count])) != 0) ++count;
    rest_.remove_prefix(count);
    return count >= 3;
  }

  // [+-]h[:m[:s]]
  bool time(seconds& value, int most_hours) {
    const bool negative = take('-');
    if (!negative) take('+');
    int hours = 0, minutes = 0, secs = 0;
    if (!number(hours, 0, most_hours)) return false;
    if (take(':') && !number(minutes, 0, 59)) return false;
    if (take(':') && !number(secs, 0, 59)) return false;
    value = seconds((hours * 60 + minutes) * 60 + secs);
    if (negative) value = -value;
    return true;
  }

  bool yearly(YearlyChange& change) {
    using Kind = YearlyChange::Kind;
    if (take('M')) {
      change.kind = Kind::month_week_day;
      if (!number(change.month, 1, 12) || !take('.') || !number(change.week, 1, 5) || !take('.') ||
          !number(change.weekday, 0, 6))
        return false;
    } else {
      const bool julian = take('J');
      change.kind = julian ? Kind::julian : Kind::day_of_year;
      if (!number(change.day, julian ? 1 : 0, 365)) return false;
    }
    return !take('/') || time(change.time, 167);
  }

 private:
  std::string_view rest_;
};

std::chrono::sys_days day_of(const YearlyChange& change, std::chrono::year year) {
  using namespace std::chrono;
  using Kind = YearlyChange::Kind;
  const auto january = sys_days(year / 1 / 1);
  if (change.kind == Kind::day_of_year) return january + days(change.day);
  // Julian days leave out 29 February.
  if (change.kind == Kind::julian) return january + days(change.day - (year.is_leap() && change.day >= 60 ? 0 : 1));
  const auto in_month = year / month(static_cast<unsigned>(change.month));
  const weekday day(static_cast<unsigned>(change.weekday));
  if (change.week == 5) return sys_days(in_month / day[last]);
  return sys_days(in_month / day[static_cast<unsigned>(change.week)]);
}

}  // namespace

std::pair<Zone::Change, Zone::Change> PosixRule::changes_in(std::chrono::year year) const {
  const auto& [offset, begin, end] = *daylight;
  return {{Seconds(day_of(begin, year)) + begin.time - standard, offset},
          {Seconds(day_of(end, year)) + end.time - offset, standard}};
}

std::optional<PosixRule> parse_posix_rule(std::string_view text) {
  Reader reader(text);
  PosixRule rule;
  // Written west of Greenwich, kept as east of it.
  if (!reader.name() || !reader.time(rule.standard, 24)) return std::nullopt;
  rule.standard = -rule.standard;
  if (reader.done()) return rule;
  PosixRule::Daylight daylight;
  if (!reader.name()) return std::nullopt;
  daylight.offset = rule.standard + std::chrono::hours(1);
  if (!reader.ahead(',')) {
    if (!reader.time(daylight.offset, 24)) return std::nullopt;
    daylight.offset = -daylight.offset;
  }
  if (!reader.take(',') || !reader.yearly(daylight.begin) || !reader.take(',') || !reader.yearly(daylight.end) ||
      !reader.done())
    return std::nullopt;
  rule.daylight = daylight;
  return rule;
}

}  // namespace headgate::budget
