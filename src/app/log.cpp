#include "log.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "headgate/wire/json.hpp"
#include "printable.hpp"

namespace headgate::app {
namespace {

constexpr std::size_t queue_size = 2048;  // lines

spdlog::level::level_enum level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug: return spdlog::level::debug;
    case config::LogLevel::info: return spdlog::level::info;
    case config::LogLevel::warn: return spdlog::level::warn;
    case config::LogLevel::error: return spdlog::level::err;
  }
  return spdlog::level::info;
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  wire::append_json_string(out, value);
}

void append_number(std::string& out, std::string_view name, std::int64_t value) {
  fmt::format_to(std::back_inserter(out), ",\"{}\":{}", name, value);
}

std::int64_t micros(core::Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

void append_failed_attempts(std::string& out, const gateway::RequestRecord& record) {
  bool any = false;
  for (const auto& attempt : record.attempts) {
    if (attempt.outcome == "ok") continue;
    out.append(any ? ",{" : R"(,"failed_attempts":[{)");
    any = true;
    out.append(R"("provider":)");
    wire::append_json_string(out, attempt.provider);
    append_text(out, "model", attempt.model);
    append_text(out, "outcome", attempt.outcome);
    append_number(out, "status", attempt.status);
    if (!attempt.detail.empty()) append_text(out, "detail", attempt.detail);
    out.append("}");
  }
  if (any) out.append("]");
}

std::string request_fields(const gateway::RequestRecord& record) {
  std::string out;
  out.reserve(512);
  out.append(R"("msg":"request")");
  append_text(out, "request_id", record.id);
  if (!record.trace_id.empty()) append_text(out, "trace_id", record.trace_id);
  if (!record.tenant.empty()) append_text(out, "tenant", record.tenant);
  append_text(out, "route", record.route);
  append_number(out, "status", record.status);
  append_text(out, "outcome", record.outcome);
  if (!record.detail.empty()) append_text(out, "detail", record.detail);
  append_number(out, "duration_us", micros(record.total));
  append_number(out, "overhead_us", micros(record.overhead()));
  if (!record.asked_model.empty()) append_text(out, "asked_model", record.asked_model);
  if (record.stream) out.append(R"(,"stream":true)");
  if (record.attempts.empty()) return out;
  const auto& last = record.attempts.back();
  append_text(out, "provider", last.provider);
  append_text(out, "model", last.model);
  append_number(out, "attempts", static_cast<std::int64_t>(record.attempts.size()));
  append_failed_attempts(out, record);
  if (last.first_byte) append_number(out, "first_byte_us", micros(*last.first_byte));
  if (last.usage.input) append_number(out, "tokens_in", static_cast<std::int64_t>(last.usage.all_input()));
  if (last.usage.output) append_number(out, "tokens_out", static_cast<std::int64_t>(last.usage.all_output()));
  return out;
}

std::string request_text(const gateway::RequestRecord& record) {
  std::string model;
  append_printable(model, record.asked_model.empty() ? "-" : record.asked_model);
  return fmt::format("{} {} {} {} {:.1f} ms {}", record.status, record.route.empty() ? "-" : record.route, model,
                     record.attempts.empty() ? "-" : record.attempts.back().provider,
                     static_cast<double>(micros(record.total)) / 1000, record.id);
}

}  // namespace

Log::Log(const config::Log& settings) : json_(isatty(STDERR_FILENO) == 0), requests_(settings.requests) {
  spdlog::init_thread_pool(queue_size, 1);
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  logger_ = std::make_shared<spdlog::async_logger>("headgate", std::move(sink), spdlog::thread_pool(),
                                                   spdlog::async_overflow_policy::overrun_oldest);
  if (json_)
    logger_->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})", spdlog::pattern_time_type::utc);
  else
    logger_->set_pattern("%H:%M:%S.%e %^%-5l%$ %v");
  logger_->flush_on(spdlog::level::warn);
  apply(settings);
}

Log::~Log() {
  logger_->flush();
  spdlog::shutdown();  // joins the writer, whose last lines still hold the logger
}

void Log::apply(const config::Log& settings) {
  logger_->set_level(level_of(settings.level));
  requests_.store(settings.requests, std::memory_order_relaxed);
}

std::string Log::render(std::string_view message, const LogFields& fields) const {
  std::string out;
  if (json_) {
    out.append("\"msg\":");
    wire::append_json_string(out, message);
    for (const auto& [name, value] : fields) append_text(out, name, value);
  } else {
    append_printable(out, message);
    for (const auto& [name, value] : fields) {
      out.append("  ").append(name).append("=");
      append_printable(out, value);
    }
  }
  return out;
}

void Log::info(std::string_view message, const LogFields& fields) const {
  logger_->info(spdlog::string_view_t(render(message, fields)));
}
void Log::warn(std::string_view message, const LogFields& fields) const {
  logger_->warn(spdlog::string_view_t(render(message, fields)));
}
void Log::error(std::string_view message, const LogFields& fields) const {
  logger_->error(spdlog::string_view_t(render(message, fields)));
}

void Log::request(const gateway::RequestRecord& record) const {
  const auto wanted = requests_.load(std::memory_order_relaxed);
  const bool failed = record.status >= 500 || record.outcome != "ok";
  if (wanted == config::LogRequests::none || (wanted == config::LogRequests::errors && !failed)) return;
  const auto line = json_ ? request_fields(record) : request_text(record);
  logger_->log(failed && record.status >= 500 ? spdlog::level::warn : spdlog::level::info, spdlog::string_view_t(line));
}

}  // namespace headgate::app
