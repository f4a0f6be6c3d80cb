// What is measured around one request, read when the router asks for it.
#pragma once

#include "headgate/gateway/record.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/routing/surroundings.hpp"

namespace headgate::gateway {

// Lives while a plan is made.
class Measured final : public routing::Surroundings {
 public:
  // `charge` without model and provider. Models at `without_provider` are refused.
  // `request`: whose prompt may be remembered somewhere.
  Measured(const Snapshot& snapshot, const budget::Charge& charge, budget::Now now,
           std::string_view without_provider = {}, const RequestRecord* request = nullptr)
      : snapshot_(snapshot), charge_(charge), now_(now), without_provider_(without_provider), request_(request) {}

  routing::Reading of(routing::ModelIndex model, std::optional<core::Capability> capability,
                      core::Tokens input) const override;

 private:
  const Snapshot& snapshot_;
  budget::Charge charge_;
  budget::Now now_;
  std::string_view without_provider_;
  const RequestRecord* request_;
};

}  // namespace headgate::gateway
