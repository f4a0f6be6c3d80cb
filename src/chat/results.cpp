#include "headgate/chat/results.hpp"

#include <algorithm>

namespace headgate::chat {
namespace {

bool is_models(const Message& message) { return message.role == Role::assistant; }
bool brings_results(const Message& message) { return message.role == Role::tool; }

}  // namespace

void put_results_first(std::vector<Message>& messages) {
  auto turn = std::find_if(messages.begin(), messages.end(), is_models);
  while (turn != messages.end()) {
    const auto behind = std::next(turn);
    turn = std::find_if(behind, messages.end(), is_models);
    if (!std::is_partitioned(behind, turn, brings_results)) std::stable_partition(behind, turn, brings_results);
  }
}

}  // namespace headgate::chat
