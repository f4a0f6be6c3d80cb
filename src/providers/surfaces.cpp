#include "headgate/providers/surfaces.hpp"

#include <algorithm>
#include <array>

namespace headgate::providers {
namespace {

using enum wire::Surface;

struct Row {
  std::string_view vendor;
  Surfaces surfaces;
};

constexpr Surfaces all{completions,      embeddings, moderations,    image_generations, image_edits,
                       image_variations, speech,     transcriptions, translations};
constexpr Surfaces usual{completions, embeddings}, none{};

// From the vendors' own descriptions of 2026. Who is not here has what is usual for its dialect.
constexpr std::array rows{
    Row{"openai", all},
    Row{"openai_compatible", all},  // whoever that is: its answer tells
    // Everything that has a deployment.
    Row{"azure", {completions, embeddings, image_generations, image_edits, speech, transcriptions, translations}},
    Row{"gemini", {embeddings}},
    Row{"deepseek", none},
    // Its speech is another API.
    Row{"mistral", {embeddings, moderations, transcriptions}},
    Row{"groq", {embeddings, speech, transcriptions, translations}},
    Row{"together", {completions, embeddings, image_generations, speech, transcriptions, translations}},
    Row{"xai", {completions, embeddings, image_generations, image_edits}},
    // Its pictures are another API.
    Row{"openrouter", {completions, embeddings, speech, transcriptions}},
    Row{"vllm", {completions, embeddings, transcriptions, translations}},
};

}  // namespace

Surfaces surfaces_of(const Vendor& vendor) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& one) { return one.vendor == vendor.name; });
  if (row != rows.end()) return row->surfaces;
  return dialects::dialect_of(vendor.words) == dialects::Dialect::chat_completions ? usual : none;
}

}  // namespace headgate::providers
