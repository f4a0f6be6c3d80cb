#include "weights.hpp"

#include <bit>
#include <cmath>
#include <string>

namespace headgate::classify {
namespace {

constexpr std::uint32_t version = 1;

core::Error unusable(std::string_view what) {
  return core::Error(core::Code::internal_error, "classifier weights: " + std::string(what));
}

// Reads from the front; reading past the end gives zeros and is told by `cut`.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t integer(std::size_t size) {
    if (rest_.size() < size) {
      cut_ = true;
      return 0;
    }
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(rest_[i]);
    rest_.remove_prefix(size);
    return value;
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(integer(4)); }
  float real() { return std::bit_cast<float>(word()); }
  std::size_t left() const { return rest_.size(); }
  bool cut() const { return cut_; }

 private:
  std::string_view rest_;
  bool cut_ = false;
};

template <std::size_t N>
bool read_reals(Reader& reader, std::array<float, N>& values) {
  for (auto& value : values) {
    value = reader.real();
    if (!std::isfinite(value) || std::abs(value) > 1e4F) return false;
  }
  return true;
}

}  // namespace

core::Result<Weights> Weights::parse(std::string_view file, std::uint64_t lexicon_digest) {
  if (!file.starts_with("HGCW")) return unusable("no such file");
  Reader reader(file.substr(4));
  if (reader.word() != version) return unusable("another version");
  if (reader.integer(8) != lexicon_digest) return unusable("made with another lexicon; run tools/train-classifier");
  const std::size_t count = reader.word();
  Weights weights;
  if (!read_reals(reader, weights.bias_) || !read_reals(reader, weights.scales_) || reader.cut())
    return unusable("a bias or scale is no usable number");
  if (count > max_features || reader.left() != count * (4 + sizeof(Row))) return unusable("the size is not as told");
  std::vector<std::uint32_t> names(count);
  for (auto& name : names) name = reader.word();
  for (std::size_t i = 1; i < count; ++i)
    if (names[i - 1] >= names[i]) return unusable("names are not in order");
  weights.rows_.resize(count);
  for (auto& row : weights.rows_)
    for (auto& value : row) value = static_cast<std::int8_t>(static_cast<std::uint8_t>(reader.integer(1)));
  weights.index(names);
  return weights;
}

void Weights::index(const std::vector<std::uint32_t>& names) {
  slots_.resize(std::bit_ceil(2 * names.size() + 2));
  for (std::uint32_t i = 0; i < names.size(); ++i) {
    auto at = names[i] & (slots_.size() - 1);
    while (slots_[at].place != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {names[i], i + 1};
  }
}

std::optional<std::uint32_t> Weights::find(std::uint32_t name) const {
  for (auto at = name & (slots_.size() - 1); slots_[at].place != 0; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].name == name) return slots_[at].place - 1;
  return std::nullopt;
}

}  // namespace headgate::classify
