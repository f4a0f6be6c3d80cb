// A row of the ledger as bytes, for the journal. Read by the release that wrote them, or by a newer one.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "headgate/budget/ledger_row.hpp"

namespace headgate::store {

// Of a well-formed row.
std::size_t encoded_size(const budget::LedgerRow& row);
// `to` has room for that many.
void encode(const budget::LedgerRow& row, char* to);
// None: not the bytes of a well-formed row, no less and no more.
std::optional<budget::LedgerRow> decode(std::string_view bytes);

}  // namespace headgate::store
