// Where a client stands in the network, by the names of an operator.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "headgate/access/network.hpp"

namespace headgate::access {

struct Zone {
  std::string name;
  std::vector<Network> networks;
};

// Value, never changed once made. An address lies in the zone with the longest network around it; of
// two that state the same network, the first has it.
class Zones {
 public:
  Zones() = default;
  explicit Zones(std::vector<Zone> zones);

  // Empty when it lies in none.
  std::string_view of(const Address& address) const;
  // Zones in which no address lies: others have all of theirs.
  std::vector<std::string_view> empty_ones() const;
  const std::vector<Zone>& list() const { return zones_; }

 private:
  struct Piece {
    Network network;
    std::size_t zone;
  };
  const Piece* find(const Address& address) const;

  std::vector<Zone> zones_;
  std::vector<Piece> pieces_;      // longest first, then by address; each network once
  std::vector<unsigned> lengths_;  // that occur among them, longest first; as Network::depth
};

}  // namespace headgate::access
