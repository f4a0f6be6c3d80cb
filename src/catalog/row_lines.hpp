// A text of rows, line by line.
#pragma once

#include <functional>
#include <string_view>

#include "headgate/catalog/catalog.hpp"
#include "row_reader.hpp"

namespace headgate::catalog {

struct RowLine {
  std::string_view line;
  std::string place;  // FILE:LINE
  Json json;
  RowHead head;
};

// Empty lines are passed over. Error: the first line that is no row, with its place, or what `take`
// returns.
core::Result<void> each_row(const Text& text, const std::function<core::Result<void>(RowLine)>& take);

core::Error at(const std::string& place, const core::Error& error);

}  // namespace headgate::catalog
