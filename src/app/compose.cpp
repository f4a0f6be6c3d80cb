#include "compose.hpp"

#include <random>
#include <thread>

#include "key_store.hpp"

namespace headgate::app {

unsigned worker_count(const server::Settings& settings) {
  return settings.workers != 0 ? settings.workers : std::max(1u, std::thread::hardware_concurrency());
}

core::Result<server::SnapshotPtr> compose_snapshot(const config::Settings& settings, metrics::Registry& registry,
                                                   unsigned workers, std::uint64_t generation,
                                                   const health::Book* health) {
  auto keys = KeyStore(settings.data_dir).book();
  if (!keys) return keys.error();
  return gateway::make_snapshot(
      {settings.routing, settings.providers, settings.access, std::move(*keys), classify::Classifier(),
       settings.breakers, health, std::random_device()(), workers, generation},
      registry, core::Clock::now(), std::chrono::system_clock::now());
}

core::Result<server::TlsPtr> compose_tls(const server::Settings& settings) {
  if (!settings.tls) return server::TlsPtr();
  return net::ServerTls::make(settings.tls->cert, settings.tls->key, settings.tls->client_ca);
}

}  // namespace headgate::app
