#include "headgate/core/secret.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <ostream>

namespace headgate::core {
namespace {

template <typename T>
concept Streams = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept Compares = requires(const T& a, const T& b) {
  a == b;
};

static_assert(!Streams<Secret>);
static_assert(!Compares<Secret>);
static_assert(!fmt::is_formattable<Secret>::value);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

// Short enough for std::string to keep it inside the object, where it can be looked at after death.
constexpr const char* short_text = "hunter2";

bool holds(const unsigned char* bytes, std::size_t size, std::string_view text) {
  return std::string_view(reinterpret_cast<const char*>(bytes), size).find(text) != std::string_view::npos;
}

}  // namespace

TEST(Secret, RevealsItsTextOnRequestOnly) {
  EXPECT_EQ(Secret(short_text).reveal(), short_text);
  EXPECT_TRUE(Secret().empty());
  EXPECT_FALSE(Secret(short_text).empty());
}

TEST(Secret, IsWipedWhenItDies) {
  alignas(Secret) unsigned char place[sizeof(Secret)];
  auto* secret = std::construct_at(reinterpret_cast<Secret*>(place), short_text);
  ASSERT_TRUE(holds(place, sizeof place, short_text));
  std::destroy_at(secret);
  EXPECT_FALSE(holds(place, sizeof place, short_text));
}

TEST(Secret, LeavesNothingBehindWhenMoved) {
  alignas(Secret) unsigned char place[sizeof(Secret)];
  auto* from = std::construct_at(reinterpret_cast<Secret*>(place), short_text);
  Secret to = std::move(*from);
  EXPECT_EQ(to.reveal(), short_text);
  EXPECT_TRUE(from->empty());
  EXPECT_FALSE(holds(place, sizeof place, short_text));
  *from = Secret("other");
  to = std::move(*from);
  EXPECT_EQ(to.reveal(), "other");
  EXPECT_FALSE(holds(place, sizeof place, "other"));
  std::destroy_at(from);
}

TEST(Secret, WipesTheOldTextOnAssignment) {
  alignas(Secret) unsigned char place[sizeof(Secret)];
  auto* secret = std::construct_at(reinterpret_cast<Secret*>(place), short_text);
  const Secret next("x");
  *secret = next;
  EXPECT_EQ(secret->reveal(), "x");
  EXPECT_FALSE(holds(place, sizeof place, "unter2"));
  std::destroy_at(secret);
}

TEST(Secret, SurvivesAssignmentToItself) {
  Secret secret(short_text);
  const Secret& same = secret;
  secret = same;
  EXPECT_EQ(secret.reveal(), short_text);
}

}  // namespace headgate::core
