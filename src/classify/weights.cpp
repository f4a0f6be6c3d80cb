#include "weights.hpp"

#include <string>

namespace headgate::classify {
namespace {

constexpr std::uint32_t version = 2;

core::Error unusable(std::string_view what) {
  return core::Error(core::Code::internal_error, "classifier weights: " + std::string(what));
}

}  // namespace

core::Result<Weights> Weights::parse(std::string_view file, std::uint64_t lexicon_digest) {
  if (!file.starts_with("HGCW")) return unusable("no such file");
  Reader reader(file.substr(4));
  if (reader.word() != version) return unusable("another version; run tools/train-classifier");
  if (reader.integer(8) != lexicon_digest) return unusable("made with another lexicon; run tools/train-classifier");
  const std::size_t count = reader.word();
  Weights weights;
  if (!reader.reals(weights.bias_) || !reader.reals(weights.scales_) || reader.cut())
    return unusable("a bias or scale is no usable number");
  if (count > max_features || reader.left() != count * (4 + sizeof(Row))) return unusable("the size is not as told");
  auto names = Names::read(reader, count);
  if (!names) return unusable("names are not in order, or too many are alike");
  weights.names_ = std::move(*names);
  weights.rows_.resize(cell_count);
  for (const auto cell : weights.names_.cells())
    for (auto& value : weights.rows_[cell]) value = reader.small();
  return weights;
}

}  // namespace headgate::classify
