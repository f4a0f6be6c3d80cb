#include "row_bytes.hpp"

#include <array>
#include <cstdint>
#include <cstring>

namespace headgate::store {
namespace {

using budget::LedgerRow;
using budget::LedgerRowView;
using TextSize = std::uint16_t;

// All that has the same size in every row.
struct Fixed {
  std::int64_t time;  // microseconds
  std::int64_t cost;  // picodollars
  std::array<std::uint64_t, 5> tokens;
  std::uint32_t attempt;
  std::uint8_t tags;
  std::uint8_t known;  // a bit for each of the tokens, and one for the cost
  std::uint16_t unused;
};
static_assert(std::has_unique_object_representations_v<Fixed>);

constexpr std::uint8_t known_cost = 1u << 5;

auto texts_of(auto& row) {
  return std::array{&row.request_id, &row.tenant, &row.key_id, &row.model, &row.provider, &row.outcome};
}

template <typename Usage>
auto tokens_of(Usage& usage) {
  return std::array{&usage.input, &usage.cache_read, &usage.cache_write, &usage.output, &usage.reasoning};
}

// By name: numbers may change from release to release.
std::string_view capability_of(const LedgerRowView& row) {
  return row.capability ? core::name_of(*row.capability) : std::string_view();
}

Fixed fixed_part(const LedgerRowView& row) {
  Fixed fixed{};
  fixed.time = std::chrono::floor<std::chrono::microseconds>(row.time).time_since_epoch().count();
  fixed.attempt = row.attempt;
  fixed.tags = static_cast<std::uint8_t>(row.tags.size());
  const auto tokens = tokens_of(row.usage);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (!*tokens[i]) continue;
    fixed.tokens[i] = **tokens[i];
    fixed.known |= static_cast<std::uint8_t>(1u << i);
  }
  if (!row.cost) return fixed;
  fixed.cost = row.cost->in_picodollars();
  fixed.known |= known_cost;
  return fixed;
}

// Time is counted in smaller units here: not all that was written down fits.
bool is_time(std::int64_t microseconds) {
  constexpr auto first = std::chrono::ceil<std::chrono::microseconds>(core::WallTime::min().time_since_epoch());
  constexpr auto last = std::chrono::floor<std::chrono::microseconds>(core::WallTime::max().time_since_epoch());
  return first.count() <= microseconds && microseconds <= last.count();
}

void read_fixed_part(const Fixed& fixed, LedgerRowView& row) {
  row.time = core::WallTime(std::chrono::microseconds(fixed.time));
  row.attempt = fixed.attempt;
  const auto tokens = tokens_of(row.usage);
  for (std::size_t i = 0; i < tokens.size(); ++i)
    if ((fixed.known & (1u << i)) != 0) *tokens[i] = fixed.tokens[i];
  if ((fixed.known & known_cost) != 0) row.cost = core::Money::picodollars(fixed.cost);
}

char* put(char* to, std::string_view text) {
  const auto size = static_cast<TextSize>(text.size());
  std::memcpy(to, &size, sizeof size);
  text.copy(to + sizeof size, text.size());
  return to + sizeof size + text.size();
}

std::optional<std::string_view> take_text(std::string_view& bytes) {
  TextSize size = 0;
  if (bytes.size() < sizeof size) return std::nullopt;
  std::memcpy(&size, bytes.data(), sizeof size);
  bytes.remove_prefix(sizeof size);
  if (bytes.size() < size) return std::nullopt;
  const auto text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return text;
}

bool take_texts(std::string_view bytes, LedgerRowView& row, std::vector<std::string>& tags) {
  const auto take = [&](auto& to) {
    const auto text = take_text(bytes);
    if (text) to = *text;
    return text.has_value();
  };
  for (auto* text : texts_of(row))
    if (!take(*text)) return false;
  std::string_view capability;
  if (!take(capability)) return false;
  if (!capability.empty()) row.capability = core::capability_named(capability);
  for (auto& tag : tags)
    if (!take(tag)) return false;
  row.tags = tags;
  return bytes.empty();
}

}  // namespace

std::size_t encoded_size(const LedgerRowView& row) {
  std::size_t size = sizeof(Fixed) + sizeof(TextSize) + capability_of(row).size();
  for (const auto* text : texts_of(row)) size += sizeof(TextSize) + text->size();
  for (const auto& tag : row.tags) size += sizeof(TextSize) + tag.size();
  return size;
}

void encode(const LedgerRowView& row, char* to) {
  const auto fixed = fixed_part(row);
  std::memcpy(to, &fixed, sizeof fixed);
  to += sizeof fixed;
  for (const auto* text : texts_of(row)) to = put(to, *text);
  to = put(to, capability_of(row));
  for (const auto& tag : row.tags) to = put(to, tag);
}

std::string encoded(const LedgerRowView& row) {
  std::string bytes(encoded_size(row), '\0');
  encode(row, bytes.data());
  return bytes;
}

std::optional<LedgerRowView> view(std::string_view bytes, std::vector<std::string>& tags) {
  Fixed fixed{};
  if (bytes.size() < sizeof fixed) return std::nullopt;
  std::memcpy(&fixed, bytes.data(), sizeof fixed);
  if (!is_time(fixed.time) || fixed.tags > budget::max_tags) return std::nullopt;
  LedgerRowView row;
  read_fixed_part(fixed, row);
  tags.resize(fixed.tags);
  if (!take_texts(bytes.substr(sizeof fixed), row, tags) || !is_well_formed(row)) return std::nullopt;
  return row;
}

std::optional<LedgerRow> decode(std::string_view bytes) {
  std::vector<std::string> tags;
  const auto row = view(bytes, tags);
  if (!row) return std::nullopt;
  return LedgerRow{.request_id = std::string(row->request_id),
                   .time = row->time,
                   .tenant = std::string(row->tenant),
                   .key_id = std::string(row->key_id),
                   .tags = std::move(tags),
                   .model = std::string(row->model),
                   .provider = std::string(row->provider),
                   .attempt = row->attempt,
                   .outcome = std::string(row->outcome),
                   .capability = row->capability,
                   .usage = row->usage,
                   .cost = row->cost};
}

}  // namespace headgate::store
