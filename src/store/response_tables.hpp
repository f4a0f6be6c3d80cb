// Stored responses into their tables and out of them.
#pragma once

#include "headgate/store/responses.hpp"
#include "schema.hpp"
#include "sqlite.hpp"

namespace headgate::store {

Steps response_steps();

// Must not outlive the database. For one thread at a time.
class ResponseTables {
 public:
  static core::Result<ResponseTables> prepare(const Database& database);

  // Errors: larger than a response may be; what SQLite says.
  core::Result<void> save(const StoredResponse& response, const ResponseLimits& limits);
  core::Result<ResponsesFound> find(const ResponsesAsked& asked, const ResponseLimits& limits, core::WallTime now);
  core::Result<bool> erase(std::string_view tenant, std::string_view id, core::WallTime oldest);
  // Some of those that were made no later; whether there may be more.
  core::Result<bool> drop(core::WallTime oldest);

 private:
  ResponseTables(const Database& database, Statement insert, Statement find, Statement erase)
      : database_(&database), insert_(std::move(insert)), find_(std::move(find)), erase_(std::move(erase)) {}
  core::Result<std::optional<StoredResponse>> one(std::string_view tenant, std::string_view id, core::WallTime oldest);
  core::Result<void> insert(const StoredResponse& response);
  core::Result<void> evict(std::string_view tenant, const ResponseLimits& limits);
  core::Result<void> evict_oldest_of(std::string_view tenant);
  core::Result<void> read_chain(const ResponsesAsked& asked, const ResponseLimits& limits, core::WallTime oldest,
                                ResponsesFound& found);

  const Database* database_;
  Statement insert_, find_, erase_;
};

}  // namespace headgate::store
