#include "headgate/catalog/diff.hpp"

#include "catalog/support.hpp"

namespace headgate::catalog {
namespace {

TEST(Diff, NamesModelFieldBeforeAndAfter) {
  const auto before = made(R"({"vendor":"a","model":"gone"}
{"vendor":"a","model":"m","price":{"input":"1","output":"2"},"supports":["tools"]})");
  const auto after =
      made(R"({"vendor":"a","model":"m","price":{"input":"1.5","output":"2"},"lacks":["tools"],"max_output":9}
{"vendor":"b","model":"new"})");
  const std::vector<Difference> expected{{"a", "gone", "model", "listed", ""},
                                         {"a", "m", "price.input", "1", "1.5"},
                                         {"a", "m", "supports.tools", "yes", "no"},
                                         {"a", "m", "max_output", "", "9"},
                                         {"b", "new", "model", "", "listed"}};
  EXPECT_EQ(diff(before, after), expected);
}

TEST(Diff, OfACatalogWithItselfIsEmpty) {
  const auto catalog = Catalog::read(built_in());
  ASSERT_TRUE(catalog);
  EXPECT_TRUE(diff(*catalog, *catalog).empty());
  EXPECT_TRUE(disagreements(*catalog, *catalog).empty());
}

TEST(Disagreements, AreWhatBothSidesKnowDifferently) {
  const auto one =
      made(R"({"vendor":"a","model":"m","source":"x","price":{"input":"1"},"context_window":5,"supports":["tools"]}
{"vendor":"a","model":"only-here","context_window":1})");
  const auto other =
      made(R"({"vendor":"a","model":"m","source":"y","price":{"input":"2","output":"3"},"context_window":5})");
  const std::vector<Difference> expected{{"a", "m", "price.input", "1", "2"}};
  EXPECT_EQ(disagreements(one, other), expected);
}

}  // namespace
}  // namespace headgate::catalog
