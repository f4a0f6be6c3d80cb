// Where one answer goes on with another: what the second says again of the first is left out.
#pragma once

#include <string>
#include <string_view>

namespace headgate::wire {

// Value.
class Seam {
 public:
  Seam() = default;
  // `repeated`: the second may begin with all of it. `blanks` ended the first, and the second did not see them.
  Seam(std::string repeated, std::string blanks) : repeated_(std::move(repeated)), blanks_(std::move(blanks)) {}

  // What is new in the next piece of the second; may hold back what could still be a repetition.
  std::string take(std::string_view piece);
  // What is still held back when the second has said all: it was no repetition.
  std::string end();

 private:
  void drop_blanks();

  std::string repeated_, blanks_;
  std::string held_;  // came, and is not said yet
};

}  // namespace headgate::wire
