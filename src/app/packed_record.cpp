#include "packed_record.hpp"

#include <cstring>
#include <type_traits>

namespace headgate::app {
namespace {

using gateway::AttemptRecord;
using gateway::CandidateRecord;
using gateway::Exclusion;
using gateway::RequestRecord;

// All members of a record, each once, but for the prompt, of which nobody asks any more; a test keeps the lists whole.
// The id comes first.
template <typename Archive, typename Record>
void list_members(Archive& archive,
                  Record& record) requires std::is_same_v<std::remove_const_t<Record>, RequestRecord> {
  archive(record.id, record.trace_id, record.tenant, record.key_id, record.zone, record.route, record.asked_model,
          record.rule, record.pool, record.refusal, record.objective, record.without_provider, record.tags,
          record.needs, record.input_tokens, record.capability, record.confidence, record.difficulty, record.stream,
          record.dry_run, record.rated, record.fan_out, record.received, record.started, record.total, record.upstream,
          record.client, record.status, record.outcome, record.detail, record.candidates, record.attempts,
          record.excluded, record.bytes_in, record.bytes_out);
}
template <typename Archive, typename Record>
void list_members(Archive& archive,
                  Record& attempt) requires std::is_same_v<std::remove_const_t<Record>, AttemptRecord> {
  archive(attempt.provider, attempt.model, attempt.outcome, attempt.detail, attempt.status, attempt.first_byte,
          attempt.total, attempt.usage, attempt.sent, attempt.usage_estimated, attempt.continues_after,
          attempt.audio_seconds, attempt.cost, attempt.adapted, attempt.impression, attempt.passed_fields);
}
template <typename Archive, typename Record>
void list_members(Archive& archive,
                  Record& candidate) requires std::is_same_v<std::remove_const_t<Record>, CandidateRecord> {
  archive(candidate.model, candidate.provider, candidate.probability, candidate.expected_cost, candidate.score,
          candidate.adapted, candidate.cached_tokens);
}
template <typename Archive, typename Record>
void list_members(Archive& archive, Record& exclusion) requires std::is_same_v<std::remove_const_t<Record>, Exclusion> {
  archive(exclusion.model, exclusion.reason, exclusion.for_how_long, exclusion.lacking);
}

template <typename Value>
constexpr bool is_list = false;
template <typename Item>
constexpr bool is_list<std::vector<Item>> = true;

using Size = std::uint32_t;

class Measure {
 public:
  template <typename... Values>
  void operator()(const Values&... values) {
    (add(values), ...);
  }
  std::size_t size() const { return size_; }

 private:
  template <typename Value>
  void add(const Value& value) {
    if constexpr (std::is_trivially_copyable_v<Value>) {
      size_ += sizeof value;
    } else if constexpr (std::is_same_v<Value, std::string>) {
      size_ += sizeof(Size) + value.size();
    } else if constexpr (is_list<Value>) {
      size_ += sizeof(Size);
      for (const auto& item : value) add(item);
    } else {
      list_members(*this, value);
    }
  }

  std::size_t size_ = 0;
};

class Write {
 public:
  explicit Write(char* to) : to_(to) {}
  template <typename... Values>
  void operator()(const Values&... values) {
    (add(values), ...);
  }

 private:
  template <typename Value>
  void add(const Value& value) {
    if constexpr (std::is_trivially_copyable_v<Value>) {
      add_bytes(&value, sizeof value);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      add(static_cast<Size>(value.size()));
      add_bytes(value.data(), value.size());
    } else if constexpr (is_list<Value>) {
      add(static_cast<Size>(value.size()));
      for (const auto& item : value) add(item);
    } else {
      list_members(*this, value);
    }
  }
  void add_bytes(const void* from, std::size_t size) {
    std::memcpy(to_, from, size);
    to_ += size;
  }

  char* to_;
};

class Read {
 public:
  explicit Read(std::string_view bytes) : bytes_(bytes) {}
  template <typename... Values>
  void operator()(Values&... values) {
    (take(values), ...);
  }

 private:
  template <typename Value>
  void take(Value& value) {
    if constexpr (std::is_trivially_copyable_v<Value>) {
      std::memcpy(&value, take_bytes(sizeof value).data(), sizeof value);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      value = take_bytes(take_size());
    } else if constexpr (is_list<Value>) {
      value.resize(take_size());
      for (auto& item : value) take(item);
    } else {
      list_members(*this, value);
    }
  }
  std::string_view take_bytes(std::size_t size) {
    const auto taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  Size take_size() {
    Size size = 0;
    take(size);
    return size;
  }

  std::string_view bytes_;
};

}  // namespace

void pack(const RequestRecord& record, std::string& into) {
  Measure measure;
  list_members(measure, record);
  into.resize(measure.size());
  Write write(into.data());
  list_members(write, record);
}

RequestRecord unpack(std::string_view packed) {
  RequestRecord record;
  Read read(packed);
  list_members(read, record);
  return record;
}

std::string_view id_of_packed(std::string_view packed) {
  Size size = 0;
  std::memcpy(&size, packed.data(), sizeof size);
  return packed.substr(sizeof size, size);
}

}  // namespace headgate::app
