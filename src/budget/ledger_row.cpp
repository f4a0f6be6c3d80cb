#include "headgate/budget/ledger_row.hpp"

#include <algorithm>

namespace headgate::budget {

bool is_well_formed(const LedgerRowView& row) {
  const auto fits = [](std::string_view text) { return text.size() <= max_text_size; };
  const auto is_tag = [](const std::string& tag) {
    return !tag.empty() && tag.size() <= max_tag_size && tag.find(',') == tag.npos;
  };
  return !row.request_id.empty() && fits(row.request_id) && fits(row.tenant) && fits(row.key_id) && fits(row.model) &&
         fits(row.provider) && fits(row.outcome) && row.tags.size() <= max_tags &&
         std::all_of(row.tags.begin(), row.tags.end(), is_tag) && (!row.cost || *row.cost >= core::Money());
}

}  // namespace headgate::budget
