#include "headgate/access/zones.hpp"

#include <algorithm>

namespace headgate::access {
namespace {

constexpr unsigned v4_depth = 96;

bool precedes(const Network& a, const Network& b) {
  return a.depth() != b.depth() ? a.depth() > b.depth() : a.first() < b.first();
}

}  // namespace

Zones::Zones(std::vector<Zone> zones) : zones_(std::move(zones)) {
  for (std::size_t i = 0; i < zones_.size(); ++i)
    for (const auto& network : zones_[i].networks) pieces_.push_back({network, i});
  std::stable_sort(pieces_.begin(), pieces_.end(),
                   [](const Piece& a, const Piece& b) { return precedes(a.network, b.network); });
  const auto same = [](const Piece& a, const Piece& b) { return a.network == b.network; };
  pieces_.erase(std::unique(pieces_.begin(), pieces_.end(), same), pieces_.end());
  for (const auto& piece : pieces_)
    if (lengths_.empty() || lengths_.back() != piece.network.depth()) lengths_.push_back(piece.network.depth());
}

const Zones::Piece* Zones::find(const Address& address) const {
  const unsigned mapping = address.is_v4() ? v4_depth : 0;
  for (const unsigned length : lengths_) {
    if (length < mapping) break;
    const Network wanted(address, length - mapping);
    const auto found =
        std::lower_bound(pieces_.begin(), pieces_.end(), wanted,
                         [](const Piece& piece, const Network& network) { return precedes(piece.network, network); });
    if (found != pieces_.end() && found->network == wanted) return &*found;
  }
  return nullptr;
}

std::string_view Zones::of(const Address& address) const {
  const auto* piece = find(address);
  return piece == nullptr ? std::string_view() : std::string_view(zones_[piece->zone].name);
}

// Who has an address changes only where a network begins, and behind where one ends.
std::vector<std::string_view> Zones::empty_ones() const {
  std::vector<bool> inhabited(zones_.size());
  const auto visit = [&](const std::optional<Address>& address) {
    const auto* piece = address ? find(*address) : nullptr;
    if (piece != nullptr) inhabited[piece->zone] = true;
  };
  for (const auto& piece : pieces_) {
    visit(piece.network.first());
    visit(piece.network.next());
  }
  visit(Network(Address(std::array<std::uint8_t, 4>{}), 0).next());  // IPv4 lies apart, in the midst of IPv6
  std::vector<std::string_view> empty;
  for (std::size_t i = 0; i < zones_.size(); ++i)
    if (!inhabited[i]) empty.push_back(zones_[i].name);
  return empty;
}

}  // namespace headgate::access
