// Catalogs from rows, prices from decimals.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "headgate/catalog/catalog.hpp"

namespace headgate::catalog {

inline core::Money money(std::string_view dollars) { return core::Money::parse(dollars).value(); }
// Of one token, from dollars per million.
inline core::Money rate(std::string_view dollars) {
  return core::Money::picodollars(money(dollars).in_picodollars() / 1'000'000);
}

inline core::Result<Catalog> read(std::vector<Text> texts) { return Catalog::read(texts); }
inline core::Result<Catalog> read(std::string rows) { return read(std::vector<Text>{{"own.jsonl", std::move(rows)}}); }
// Rows that must be fine.
inline Catalog made(std::string rows) {
  auto catalog = read(std::move(rows));
  EXPECT_TRUE(catalog) << catalog.error().message();
  return catalog ? *catalog : Catalog();
}
inline std::string complaint(std::string rows) {
  const auto catalog = read(std::move(rows));
  return catalog ? "" : catalog.error().message();
}

inline std::string fixture(const std::string& name) {
  std::ifstream file(std::string(HEADGATE_SOURCE_DIR) + "/tests/fixtures/catalog/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Day day(std::string_view text) { return day_from(text).value(); }

}  // namespace headgate::catalog
