// A zone a line, its networks between spaces. What can be read reads the same when written, and every
// address has the zone that looking through all networks finds.
#include <string>

#include "headgate/access/zones.hpp"
#include "input.hpp"

namespace {

using namespace headgate;
using test::require;

std::string_view take_until(std::string_view& text, char mark) {
  const auto end = std::min(text.find(mark), text.size());
  const auto part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

void check(const access::Network& network) {
  const auto again = access::Network::parse(network.to_string());
  require(again && *again == network && network.holds(network.first()));
  require(!network.next() || (!network.holds(*network.next()) && network.first() < *network.next()));
}

std::string_view looked_through(const std::vector<access::Zone>& zones, const access::Address& address) {
  const access::Zone* best = nullptr;
  unsigned longest = 0;
  for (const auto& zone : zones)
    for (const auto& network : zone.networks) {
      if (!network.holds(address) || (best != nullptr && network.depth() <= longest)) continue;
      best = &zone;
      longest = network.depth();
    }
  return best == nullptr ? std::string_view() : std::string_view(best->name);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = test::as_text(data, size);
  std::vector<access::Zone> list;
  while (!text.empty() && list.size() < 8) {
    auto line = take_until(text, '\n');
    access::Zone zone{"z" + std::to_string(list.size()), {}};
    while (!line.empty() && zone.networks.size() < 32)
      if (const auto network = access::Network::parse(take_until(line, ' '))) zone.networks.push_back(*network);
    list.push_back(std::move(zone));
  }
  const access::Zones zones(list);
  for (const auto& zone : list)
    for (const auto& network : zone.networks) {
      check(network);
      for (const auto& at : {network.first(), network.next().value_or(access::Address())})
        require(zones.of(at) == looked_through(list, at));
    }
  for (const auto name : zones.empty_ones())
    for (const auto& zone : list)
      for (const auto& network : zone.networks) require(zone.name != name || zones.of(network.first()) != name);
  return 0;
}
