#include "headgate/gateway/record.hpp"

namespace headgate::gateway {

void RequestRecord::reset() {
  for (std::string* text : {&id, &trace_id, &tenant, &key_id, &asked_model, &pool, &detail}) text->clear();
  outcome = "ok";
  route = {};
  stream = has_tools = dry_run = false;
  received = {};
  started = {};
  total = upstream = client = {};
  status = 0;
  attempts.clear();
  excluded.clear();
  capability.reset();
  confidence.reset();
  bytes_in = bytes_out = 0;
}

}  // namespace headgate::gateway
