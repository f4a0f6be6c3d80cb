#include "headgate/wire/http.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace headgate::wire {

TEST(Field, IsFoundByItsNameInAnyCase) {
  for (std::size_t i = 0; i < known_fields; ++i) {
    const auto field = static_cast<Field>(i);
    std::string name(name_of(field));
    EXPECT_EQ(field_named(name), field) << name;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::toupper(c); });
    EXPECT_EQ(field_named(name), field) << name;
  }
}

TEST(Field, HasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < known_fields; ++i) EXPECT_TRUE(names.insert(name_of(static_cast<Field>(i))).second);
}

TEST(Field, IsOtherForEveryOtherName) {
  for (const char* name : {"", "a", "hos", "hosts", "host ", " host", "x-api-keys", "content_length", "h\xf6st",
                           "cookie", "x-ratelimit-remaining-requests-", "content-length\n"})
    EXPECT_EQ(field_named(name), Field::other) << name;
}

TEST(Fields, KeepWhatIsSetAndPassOverTheRest) {
  Fields fields;
  EXPECT_EQ(fields[Field::host], "");
  fields.set(Field::host, "a");
  fields.set(Field::other, "lost");
  EXPECT_EQ(fields[Field::host], "a");
  EXPECT_EQ(fields[Field::tracestate], "");
}

TEST(Method, IsCaseSensitive) {
  EXPECT_EQ(method_named("POST"), Method::post);
  EXPECT_EQ(method_named("GET"), Method::get);
  EXPECT_EQ(method_named("HEAD"), Method::head);
  EXPECT_EQ(method_named("PUT"), Method::put);
  EXPECT_EQ(method_named("PATCH"), Method::patch);
  EXPECT_EQ(method_named("DELETE"), Method::del);
  EXPECT_EQ(method_named("OPTIONS"), Method::options);
  EXPECT_EQ(method_named("TRACE"), Method::trace);
  EXPECT_EQ(method_named("CONNECT"), Method::connect);
  for (const char* name : {"post", "Post", "", "GETS", "BREW"}) EXPECT_EQ(method_named(name), Method::other) << name;
}

TEST(PathOf, IsTheTargetWithoutItsQuery) {
  EXPECT_EQ(path_of("/v1/models"), "/v1/models");
  EXPECT_EQ(path_of("/v1/models?limit=3"), "/v1/models");
  EXPECT_EQ(path_of("/?"), "/");
  EXPECT_EQ(path_of("/a?b?c"), "/a");
  EXPECT_EQ(path_of("//a"), "//a");
}

TEST(PathOf, ReadsTheAbsoluteForm) {
  EXPECT_EQ(path_of("http://host/v1/models"), "/v1/models");
  EXPECT_EQ(path_of("https://host:8080/v1/models?a=/b"), "/v1/models");
  EXPECT_EQ(path_of("HTTP://host"), "/");
  EXPECT_EQ(path_of("http://host/"), "/");
}

TEST(PathOf, DoesNotTakeAQueryForAPath) {
  EXPECT_EQ(path_of("http://host?/v1/models"), "/");
  EXPECT_EQ(path_of("http://host?a=/v1/models"), "/");
}

TEST(PathOf, IsEmptyForOtherForms) {
  for (const char* target : {"", "*", "host:443", "v1/models", "?a", "ftp://host/a", "http:/a", "http://"})
    EXPECT_EQ(path_of(target), "") << target;
}

TEST(FieldValue, HoldsNoControlBytes) {
  EXPECT_TRUE(is_field_value(""));
  EXPECT_TRUE(is_field_value("a\tb caf\xc3\xa9"));
  for (const char c : {'\0', '\n', '\r', '\x1b', '\x7f'}) EXPECT_FALSE(is_field_value(std::string(1, c)));
}

TEST(List, HasATokenAmongOthers) {
  EXPECT_TRUE(list_has_token("close", "close"));
  EXPECT_TRUE(list_has_token("keep-alive, Close", "close"));
  EXPECT_TRUE(list_has_token(" ,\tclose\t,x", "close"));
  EXPECT_FALSE(list_has_token("", "close"));
  EXPECT_FALSE(list_has_token("closed", "close"));
  EXPECT_FALSE(list_has_token("not close", "close"));
}

TEST(Comparison, IgnoresTheCaseOfAsciiLettersOnly) {
  EXPECT_TRUE(equal_ignoring_case("Host", "hOST"));
  EXPECT_FALSE(equal_ignoring_case("Host", "Hosts"));
  EXPECT_FALSE(equal_ignoring_case("[", "{"));
  EXPECT_FALSE(equal_ignoring_case("\xc4", "\xe4"));
}

}  // namespace headgate::wire
