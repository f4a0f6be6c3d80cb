// A row of the ledger as bytes, for the journal. Read by the release that wrote them, or by a newer one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "headgate/budget/ledger_row.hpp"

namespace headgate::store {

// Of a well-formed row.
std::size_t encoded_size(const budget::LedgerRowView& row);
// `to` has room for that many.
void encode(const budget::LedgerRowView& row, char* to);
std::string encoded(const budget::LedgerRowView& row);
// None: not the bytes of a well-formed row, no less and no more. Its texts stand in `bytes`, its tags in `tags`.
std::optional<budget::LedgerRowView> view(std::string_view bytes, std::vector<std::string>& tags);
std::optional<budget::LedgerRow> decode(std::string_view bytes);

}  // namespace headgate::store
