#include "model.hpp"

#include "features.hpp"
#include "heard.hpp"

namespace headgate::classify {

Logits logits_of(const Model& model, const Tokens& tokens) {
  // Nothing said is no task: all alike.
  if (tokens.all().empty()) return {};
  Heard heard(model.weights.names());
  Extraction<Heard>(model.lexicon, heard).run(tokens);
  std::array<std::array<std::int32_t, core::capability_count>, group_count> sums{};
  heard.each_once([&](std::size_t group, std::size_t cell) {
    const Row row = model.weights.row(cell);
    auto& sum = sums[group];
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += row[i];
  });
  Logits total = model.weights.bias();
  for (std::size_t group = 0; group < group_count; ++group) {
    const auto scale = model.weights.scale(group) / heard.dilution(group);
    for (std::size_t i = 0; i < total.size(); ++i) total[i] += scale * static_cast<float>(sums[group][i]);
  }
  return total;
}

}  // namespace headgate::classify
