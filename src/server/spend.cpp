#include "spend.hpp"

#include <nlohmann/json.hpp>

#include "headgate/catalog/age.hpp"
#include "headgate/catalog/day.hpp"
#include "headgate/gateway/measured.hpp"

namespace headgate::server {

using core::Code;
using core::Error;
using core::Result;

namespace {

using Json = nlohmann::ordered_json;

Json dollars_or_null(const std::optional<core::Money>& money) {
  return money ? Json(money->in_dollars()) : Json(nullptr);
}

Json seconds_or_null(const std::optional<core::Duration>& duration) {
  return duration ? Json(std::chrono::duration<double>(*duration).count()) : Json(nullptr);
}

std::string_view take_until(std::string_view& rest, char end) {
  const auto at = rest.find(end);
  const auto taken = rest.substr(0, at);
  rest.remove_prefix(at == rest.npos ? rest.size() : at + 1);
  return taken;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// As a URL writes it: %2F, and + for a space. What is no escape stays as it is.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

Error unreadable(std::string_view what, std::string_view expected) {
  return Error(Code::invalid_request,
               "`" + std::string(what) + "` cannot be read: it takes " + std::string(expected) + ".")
      .with_param(std::string(what));
}

Result<void> read_sums(store::SpendQuery& query, std::string_view names) {
  while (!names.empty()) {
    const auto name = take_until(names, ',');
    if (name == "tenant")
      query.by_tenant = true;
    else if (name == "model")
      query.by_model = true;
    else if (name == "provider")
      query.by_provider = true;
    else if (name == "day")
      query.by_day = true;
    else
      return unreadable("by", "tenant, model, provider and day, joined by commas");
  }
  return {};
}

Result<void> read_parameter(store::SpendQuery& query, std::string_view name, std::string_view value) {
  if (name == "by") return read_sums(query, value);
  if (name == "tenant")
    query.tenant = value;
  else if (name == "model")
    query.model = value;
  else if (name == "provider")
    query.provider = value;
  else if (name == "from" || name == "to") {
    const auto day = catalog::day_from(value);
    if (!day) return unreadable(name, "a day such as 2026-08-06");
    (name == "from" ? query.from : query.to) = *day;
  } else {
    return unreadable(name, "nothing: the parameters are tenant, model, provider, from, to and by");
  }
  return {};
}

Result<store::SpendQuery> read_query(std::string_view text) {
  store::SpendQuery query;
  bool sums = false;
  while (!text.empty()) {
    auto pair = take_until(text, '&');
    const auto name = take_until(pair, '=');
    sums = sums || name == "by";
    if (auto read = read_parameter(query, decoded(name), decoded(pair)); !read) return read.error();
  }
  if (!sums) query.by_tenant = query.by_model = query.by_provider = true;
  return query;
}

Json sum_of(const store::SpendSum& sum) {
  return {{"usd", sum.spent.in_dollars()},
          {"attempts", sum.attempts},
          {"successes", sum.successes},
          {"unpriced", sum.unpriced}};
}

Json row_of(const store::SpendRow& row, const store::SpendQuery& query) {
  Json json = Json::object();
  if (query.by_tenant) json["tenant"] = row.tenant;
  if (query.by_model) json["model"] = row.model;
  if (query.by_provider) json["provider"] = row.provider;
  if (query.by_day) json["day"] = row.day ? Json(catalog::to_text(*row.day)) : Json(nullptr);
  json.update(sum_of(row.sum));
  return json;
}

// Without a ledger only what was spent since the start is known.
std::string spent_since_start(gateway::Accounting& accounting) {
  Json json{{"total_usd", 0.0}, {"since", "start"}, {"rows", Json::array()}};
  core::Money total;
  for (const auto& [who, spent] : accounting.spent()) {
    total += spent.money;
    json["rows"].push_back({{"tenant", who.second},
                            {"model", who.first},
                            {"usd", spent.money.in_dollars()},
                            {"attempts", spent.attempts},
                            {"unpriced", spent.unpriced}});
  }
  json["total_usd"] = total.in_dollars();
  return json.dump();
}

routing::Profile profile_of_pool(const std::string& name) {
  routing::Profile profile;
  profile.model = name;
  profile.input_tokens = profile.most_input_tokens = 1000;
  return profile;
}

}  // namespace

Result<std::string> describe_spend(const gateway::Snapshot& snapshot, std::string_view query) {
  const auto read = read_query(query);
  if (!read) return read.error();
  auto& accounting = *snapshot.accounting;
  if (accounting.ledger() == nullptr) return spent_since_start(accounting);
  const auto spend = accounting.ledger()->spend(*read);
  if (!spend) return spend.error();
  Json json{{"total_usd", spend->total.spent.in_dollars()}, {"total", sum_of(spend->total)}, {"rows", Json::array()}};
  for (const auto& row : spend->rows) json["rows"].push_back(row_of(row, *read));
  json["cut"] = spend->cut;
  return json.dump();
}

std::string describe_budgets(const gateway::Snapshot& snapshot, budget::Now now) {
  Json json{{"budgets", Json::array()}};
  for (const auto& state : snapshot.accounting->budgets().states(now))
    json["budgets"].push_back({{"name", state.name},
                               {"limit_usd", state.limit.in_dollars()},
                               {"spent_usd", state.tally.spent.in_dollars()},
                               {"reserved_usd", state.reserved.in_dollars()},
                               {"used_ratio", state.used_ratio},
                               {"attempts", state.tally.attempts},
                               {"successes", state.tally.successes},
                               {"unpriced", state.tally.unpriced},
                               {"room_in_seconds", seconds_or_null(state.until_room)},
                               {"cost_per_success_usd", dollars_or_null(state.cost_per_success)},
                               {"target_cost_per_success_usd", dollars_or_null(state.target_cost_per_success)}});
  return json.dump();
}

std::string describe_models(const gateway::Snapshot& snapshot, budget::Now now) {
  Json json{{"models", Json::array()}};
  for (const auto& model : snapshot.router.models()) {
    const auto figures = snapshot.accounting->records().figures(model.name, {}, {}, {}, now.steady);
    Json one{{"model", model.name}, {"provider", model.provider}, {"upstream", model.upstream}};
    one["priced"] = model.facts.price.has_value();
    one["price_source"] = model.facts.price ? Json(model.facts.price->origin.source) : Json(nullptr);
    one["context_window"] = model.facts.context_window ? Json(*model.facts.context_window) : Json(nullptr);
    one["max_output"] = model.facts.max_output ? Json(*model.facts.max_output) : Json(nullptr);
    one["attempts"] = figures.attempts;
    one["cost_per_success_usd"] = dollars_or_null(figures.cost_per_success);
    one["overrun"] = figures.overrun;
    one["success_rate"] = figures.success_rate;
    one["first_token_seconds"] = seconds_or_null(figures.first_token);
    one["tokens_per_second"] = figures.tokens_per_second ? Json(*figures.tokens_per_second) : Json(nullptr);
    one["feedback"] = figures.feedback ? Json(*figures.feedback) : Json(nullptr);
    one["flaws"] = figures.flaws.count > 0 ? Json(figures.flaws.mean) : Json(nullptr);
    one["json_flaws"] = figures.json_flaws.count > 0 ? Json(figures.json_flaws.mean) : Json(nullptr);
    json["models"].push_back(std::move(one));
  }
  return json.dump();
}

std::string describe_pools(const gateway::Snapshot& snapshot, budget::Now now) {
  Json json{{"pools", Json::array()}};
  const gateway::Measured measured(snapshot, {}, now);
  for (const auto& pool : snapshot.router.pools()) {
    Json one{{"pool", pool.name}, {"models", Json::array()}};
    const auto name = "pool:" + pool.name;
    if (const auto plan = snapshot.router.plan(profile_of_pool(name), measured, 0); plan)
      for (const auto& candidate : plan->candidates)
        one["models"].push_back({{"model", snapshot.router.models()[candidate.model].name},
                                 {"probability", candidate.probability},
                                 {"score", candidate.score.total()}});
    json["pools"].push_back(std::move(one));
  }
  return json.dump();
}

namespace {

void read_probabilities(metrics::Registry& registry, const gateway::Snapshot& snapshot, budget::Now now) {
  const gateway::Measured measured(snapshot, {}, now);
  for (const auto& pool : snapshot.router.pools()) {
    const auto name = "pool:" + pool.name;
    const auto plan = snapshot.router.plan(profile_of_pool(name), measured, 0);
    if (!plan) continue;
    for (const auto& candidate : plan->candidates)
      registry
          .gauge("headgate_route_probability", "Chance that a request for the pool is sent to the model first.",
                 {{"pool", pool.name}, {"model", snapshot.router.models()[candidate.model].name}})
          .set(candidate.probability);
  }
}

void read_models(metrics::Registry& registry, const gateway::Snapshot& snapshot, budget::Now now) {
  std::optional<std::chrono::seconds> oldest;
  for (const auto& model : snapshot.router.models()) {
    const auto figures = snapshot.accounting->records().figures(model.name, {}, {}, {}, now.steady);
    if (figures.cost_per_success)
      registry
          .gauge("headgate_cost_per_success_usd",
                 "What a successful answer really cost, failed attempts included, in the scheduler's window.",
                 {{"model", model.name}})
          .set(figures.cost_per_success->in_dollars());
    if (const auto age = catalog::price_age(model.facts, now.wall); age && (!oldest || *age > *oldest)) oldest = age;
  }
  if (oldest)
    registry.gauge("headgate_catalog_age_seconds", "How long ago the oldest price in use was stated.")
        .set(static_cast<double>(oldest->count()));
}

}  // namespace

void read_spend_metrics(metrics::Registry& registry, const gateway::Snapshot& snapshot, budget::Now now) {
  std::uint64_t unpriced = 0;
  for (const auto& [who, spent] : snapshot.accounting->spent()) {
    unpriced += spent.unpriced;
    registry
        .total("headgate_cost_usd_total", "Dollars spent, as far as prices are known.",
               {{"model", who.first}, {"tenant", who.second}})
        .set(spent.money.in_dollars());
  }
  for (const auto& [model, saving] : snapshot.accounting->cache_savings().by_model()) {
    registry
        .total("headgate_prompt_cache_saved_usd_total", "Dollars saved by reading from providers' prompt caches.",
               {{"model", model}})
        .set(saving.saved.in_dollars());
    registry
        .total("headgate_prompt_cache_surcharge_usd_total",
               "Dollars paid extra for writing to providers' prompt caches.", {{"model", model}})
        .set(saving.surcharge.in_dollars());
  }
  registry.total("headgate_unpriced_requests_total", "Attempts whose cost is not known.")
      .set(static_cast<double>(unpriced));
  for (const auto& state : snapshot.accounting->budgets().states(now))
    registry
        .gauge("headgate_budget_used_ratio", "Share of a budget that is spent or reserved.", {{"budget", state.name}})
        .set(state.used_ratio);
  if (auto* ledger = snapshot.accounting->ledger(); ledger != nullptr) {
    const auto state = ledger->state();
    registry.gauge("headgate_ledger_failing", "1 while rows of the ledger cannot be written.").set(state.failing);
    registry.gauge("headgate_ledger_waiting_rows", "Rows of the ledger that are not durable yet.")
        .set(static_cast<double>(state.waiting));
    registry
        .gauge("headgate_ledger_unprotected_rows", "Rows of the ledger that the end of the process would take with it.")
        .set(static_cast<double>(state.unprotected));
    registry.total("headgate_ledger_rows_total", "Rows of the ledger that are durable.")
        .set(static_cast<double>(state.written));
    registry.total("headgate_ledger_dropped_rows_total", "Rows of the ledger for which there was no room.")
        .set(static_cast<double>(state.dropped));
  }
  read_probabilities(registry, snapshot, now);
  read_models(registry, snapshot, now);
}

}  // namespace headgate::server
