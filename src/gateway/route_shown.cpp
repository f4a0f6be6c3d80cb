#include "route_shown.hpp"

#include "headgate/core/text.hpp"
#include "headgate/wire/http.hpp"
#include "headgate/wire/json.hpp"

namespace headgate::gateway {
namespace {

// Names of rules are free text, and what does not fit a header line is left out.
void append_field(std::string& fields, std::string_view name, std::string_view value) {
  if (wire::is_field_value(value)) fields.append("\r\n").append(name).append(": ").append(value);
}

void append_list(std::string& fields, std::string_view name, const std::vector<std::string>& items) {
  if (items.empty()) return;
  fields.append("\r\n").append(name).append(": ");
  for (const auto& item : items) fields.append(&item == items.data() ? "" : ", ").append(item);
}

// Of the whole request, failed attempts included.
void append_cost(std::string& fields, const RequestRecord& record) {
  if (const auto cost = record.cost()) fields.append("\r\nx-headgate-cost-usd: ").append(cost->to_string());
}

}  // namespace

void append_route_fields(std::string& fields, const Call& call, const Target& target, const AttemptRecord& attempt,
                         core::TimePoint now) {
  const auto overhead = now - call.record.started - call.record.upstream - call.record.client;
  fields.reserve(384);
  fields.append(target.route_fields).append("x-headgate-attempts: ");
  core::append_number(fields, call.record.attempts.size());
  fields.append("\r\nx-headgate-overhead-us: ");
  core::append_number(fields, std::chrono::duration_cast<std::chrono::microseconds>(overhead).count());
  if (attempt.cost && !call.record.stream) append_cost(fields, call.record);
  append_list(fields, "x-headgate-adapted", attempt.adapted);
  if (!call.record.rule.empty()) append_field(fields, "x-headgate-rule", call.record.rule);
  if (call.record.capability) fields.append("\r\nx-headgate-capability: ").append(name_of(*call.record.capability));
  if (!call.record.pool.empty()) fields.append("\r\nx-headgate-pool: ").append(call.record.pool);
  fields.append("\r\n").append(attempt.passed_fields);
}

void append_route_member(std::string& out, const RequestRecord& record, const AttemptRecord& attempt) {
  out.append(R"("x_headgate":{"provider":)");
  wire::append_json_string(out, attempt.provider);
  out.append(R"(,"model":)");
  wire::append_json_string(out, attempt.model);
  out.append(R"(,"attempts":)");
  core::append_number(out, record.attempts.size());
  if (const auto cost = record.cost()) out.append(R"(,"cost_usd":)").append(cost->to_string());
}

}  // namespace headgate::gateway
