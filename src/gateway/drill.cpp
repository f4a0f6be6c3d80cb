// One check of a drill: a request that nobody sent, through the same gates as any other.
#include "headgate/gateway/drill.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace headgate::gateway {
namespace {

using net::Task;

constexpr unsigned max_answer = 16;  // tokens

// By capability; the last is for a pool of none.
constexpr std::array<std::string_view, core::capability_count + 1> prompts{
    "Say hello in one word.",
    "Write one line of Python that prints 1.",
    "What is 17 + 25? Answer with the number only.",
    "Summarize in three words: The meeting was moved to Monday.",
    "Is this sentence positive or negative? `I like it.` Answer in one word.",
    "Translate into French: Good morning.",
    "Invent a name for a cat. Answer with the name only.",
    "What is the capital of France? Answer in one word.",
    "Say hello in one word.",
};

std::string body_of(const DrillCheck& check) {
  const auto row = check.capability ? static_cast<std::size_t>(*check.capability) : core::capability_count;
  const std::string prompt(prompts[row]);
  nlohmann::ordered_json body;
  body["model"] = check.capability ? "auto:" + std::string(core::name_of(*check.capability)) : "pool:" + check.pool;
  if (check.surface == wire::Surface::embeddings) {
    body["model"] = "pool:" + check.pool;
    body["input"] = prompt;
  } else {
    body["messages"] = {{{"role", "user"}, {"content", prompt}}};
    body["max_tokens"] = max_answer;
  }
  auto text = body.dump();
  wire::pad(text);
  return text;
}

// Nobody is there to read it: only what it was remains. Never asked for a stream.
class Recorder final : public ReplyWriter {
 public:
  Task<bool> send(const ReplyHead& head, std::string_view body) override {
    status = head.status;
    size = body.size();
    co_return true;
  }
  void expect_stream() override {}
  bool stream_begun() const override { return false; }
  void begin_stream(const ReplyHead& head) override { status = head.status; }
  Task<bool> write(const net::Outgoing&) override { co_return false; }
  Task<bool> finish(const net::Outgoing&, bool) override { co_return false; }

  int status = 0;
  std::size_t size = 0;
};

const AttemptRecord* answering(const RequestRecord& record) {
  if (record.status != 200 || record.outcome != "ok") return nullptr;
  const auto found = std::find_if(record.attempts.begin(), record.attempts.end(),
                                  [](const AttemptRecord& attempt) { return attempt.outcome == "ok"; });
  return found == record.attempts.end() ? nullptr : &*found;
}

bool is_late(const DrillCheck& check, const RequestRecord& record, const AttemptRecord& answer) {
  if (record.total > check.within) return true;
  return check.first_token_within && answer.first_byte && *answer.first_byte > *check.first_token_within;
}

Verdict verdict_without_answer(const RequestRecord& record) {
  if (record.attempts.empty() && !record.excluded.empty()) return Verdict::nobody_else;
  const auto in_vain = core::traits(core::Code::upstream_timeout).name;
  return record.outcome == in_vain ? Verdict::too_late : Verdict::failed;
}

Verdict verdict_of(const DrillCheck& check, const RequestRecord& record) {
  const auto* answer = answering(record);
  if (answer == nullptr) return verdict_without_answer(record);
  if (answer->provider == check.provider) return Verdict::failed;
  return is_late(check, record, *answer) ? Verdict::too_late : Verdict::passed;
}

void append_item(std::string& list, const std::string& item) { list.append(list.empty() ? "" : "; ").append(item); }

std::string attempts_of(const RequestRecord& record) {
  std::string text;
  for (const auto& attempt : record.attempts)
    append_item(text, "`" + attempt.model + "` at `" + attempt.provider + "`: " + attempt.outcome);
  return text.empty() ? record.outcome : text;
}

std::string kept_out(const RequestRecord& record) {
  std::string text;
  for (const auto& one : record.excluded)
    if (one.reason != "drill") append_item(text, "`" + one.model + "`: " + std::string(one.reason));
  return text;
}

std::string in_millis(core::milliseconds time) { return std::to_string(time.count()) + " ms"; }

std::string detail_of(const CheckReport& report, const RequestRecord& record) {
  const auto& check = report.check;
  switch (report.verdict) {
    case Verdict::passed:
      return record.pool == check.pool || record.rule.empty()
                 ? ""
                 : "the rule `" + record.rule + "` led to the pool `" + record.pool + "`";
    case Verdict::nobody_else: {
      const auto others = kept_out(record);
      return "nobody else can answer" + (others.empty() ? "" : ": " + others);
    }
    case Verdict::too_late:
      return "within " + in_millis(check.within) +
             (check.first_token_within ? ", first token within " + in_millis(*check.first_token_within) : "") + ": " +
             attempts_of(record);
    default: return attempts_of(record);
  }
}

}  // namespace

CheckReport judge(const DrillCheck& check, const RequestRecord& record) {
  CheckReport report;
  report.check = check;
  report.verdict = verdict_of(check, record);
  report.request_id = record.id;
  report.took = record.total;
  report.cost = record.cost();
  report.detail = detail_of(report, record);
  if (const auto* answer = answering(record)) {
    report.model = answer->model;
    report.provider_answered = answer->provider;
  }
  return report;
}

Task<CheckReport> run_check(Gateway& gateway, const Snapshot& snapshot, const DrillCheck& check,
                            RequestRecord& record) {
  const auto body = body_of(check);
  const auto deadline = std::to_string(check.within.count());
  record.tenant = drill_tenant;
  record.route = "drill";
  record.bytes_in = body.size();
  record.received = std::chrono::system_clock::now();
  record.started = core::Clock::now();
  Recorder reply;
  net::Interrupt nobody_leaves;
  Call call{check.surface, body,          "", "", {"", "", deadline, drill_tag}, false, snapshot, reply, nobody_leaves,
            record,        check.provider};
  co_await gateway.answer(call);
  record.total = core::Clock::now() - record.started;
  record.status = reply.status;
  record.bytes_out = reply.size;
  co_return judge(check, record);
}

}  // namespace headgate::gateway
