// The object graph: every collaborator is made here and handed to whoever needs it.
#pragma once

#include "headgate/access/key_book.hpp"
#include "headgate/config/settings.hpp"
#include "headgate/gateway/snapshot.hpp"
#include "headgate/server/server.hpp"

namespace headgate::app {

// What requests are decided by, from settings, the keys of data_dir, and what was learned of the health
// of providers before.
core::Result<server::SnapshotPtr> compose_snapshot(const config::Settings& settings, metrics::Registry& registry,
                                                   unsigned workers, std::uint64_t generation,
                                                   const health::Book* health = nullptr);

// Empty without server.tls.
core::Result<server::TlsPtr> compose_tls(const server::Settings& settings);

unsigned worker_count(const server::Settings& settings);

}  // namespace headgate::app
