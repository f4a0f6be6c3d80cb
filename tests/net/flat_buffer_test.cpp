#include "headgate/net/flat_buffer.hpp"

#include <gmock/gmock.h>

#include <string>

#include "support/random.hpp"

namespace headgate::net {

TEST(FlatBuffer, BeginsEmptyAndHoldsNoMemory) {
  const FlatBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.view(), "");
  EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(FlatBuffer, PreparedRoomIsAtLeastWhatWasAskedAndMayBeCommittedInPart) {
  FlatBuffer buffer;
  char* const at = buffer.prepare(100);
  EXPECT_GE(buffer.room(), 100u);
  std::memcpy(at, "hello", 5);
  buffer.commit(5);
  EXPECT_EQ(buffer.view(), "hello");
}

TEST(FlatBuffer, ConsumingAllStartsOverAtTheFront) {
  FlatBuffer buffer;
  buffer.append("hello");
  const auto capacity = buffer.capacity();
  buffer.consume(5);
  buffer.append("world");
  EXPECT_EQ(buffer.view(), "world");
  EXPECT_EQ(buffer.capacity(), capacity);
}

TEST(FlatBuffer, AStreamThroughItKeepsItsMemoryBounded) {
  FlatBuffer buffer;
  const std::string piece(1000, 'x');
  for (int i = 0; i < 10'000; ++i) {
    buffer.append(piece);
    buffer.consume(i % 2 == 0 ? 500 : 1500);
  }
  EXPECT_LE(buffer.capacity(), 8000u);
}

TEST(FlatBuffer, GivesBackOnlyWhatIsEmptyAndLarge) {
  FlatBuffer buffer;
  buffer.append(std::string(5000, 'x'));
  buffer.release(1000);
  EXPECT_EQ(buffer.size(), 5000u);
  buffer.clear();
  buffer.release(10'000);
  EXPECT_GE(buffer.capacity(), 5000u);
  buffer.release(1000);
  EXPECT_EQ(buffer.capacity(), 0u);
  buffer.append("again");
  EXPECT_EQ(buffer.view(), "again");
}

TEST(FlatBuffer, BytesBehindTheLastAreReadable) {
  FlatBuffer buffer;
  for (std::size_t size = 1; size < 300; size += 7) {
    buffer.append(std::string(buffer.room() == 0 ? size : buffer.room(), 'x'));
    volatile char seen = buffer.view().data()[buffer.size() + FlatBuffer::padding - 1];
    (void)seen;
  }
}

TEST(FlatBuffer, AgreesWithAStringOnRandomHistories) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    test::Random random(seed);
    FlatBuffer buffer;
    std::string expected;
    for (int step = 0; step < 1000; ++step) {
      switch (random.below(6)) {
        case 0:
        case 1: {
          const auto bytes = random.bytes(random.below(random.one_in(20) ? 5000 : 80));
          buffer.append(bytes);
          expected += bytes;
          break;
        }
        case 2: {
          const auto room = random.below(200);
          const auto bytes = random.bytes(random.below(room + 1));
          std::memcpy(buffer.prepare(room + 1), bytes.data(), bytes.size());
          buffer.commit(bytes.size());
          expected += bytes;
          break;
        }
        case 3:
        case 4: {
          const auto size = random.one_in(4) ? expected.size() : random.below(expected.size() + 1);
          buffer.consume(size);
          expected.erase(0, size);
          break;
        }
        default:
          if (random.one_in(10)) buffer.clear(), expected.clear();
          buffer.release(random.below(1000));
      }
      ASSERT_EQ(buffer.view(), expected) << "seed " << seed << " step " << step;
      ASSERT_EQ(buffer.size(), expected.size());
      ASSERT_LE(buffer.size() + buffer.room(), buffer.capacity());
    }
  }
}

}  // namespace headgate::net
