// What Prometheus' client libraries say of every process, read from /proc when asked.
#pragma once

#include "headgate/metrics/metrics.hpp"

namespace headgate::server {

void read_process_metrics(metrics::Registry& registry);

}  // namespace headgate::server
