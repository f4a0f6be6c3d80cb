#include "headgate/metrics/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace headgate::metrics {

Histogram::Histogram(std::span<const double> bounds_seconds)
    : bounds_(bounds_seconds.begin(), bounds_seconds.end()),
      counts_(std::make_unique<std::atomic<std::uint64_t>[]>(bounds_seconds.size() + 1)) {
  for (const double bound : bounds_) bounds_nanos_.push_back(std::llround(bound * 1e9));
}

void Histogram::observe(core::Duration duration) {
  const auto nanos = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
  const auto bucket = std::lower_bound(bounds_nanos_.begin(), bounds_nanos_.end(), nanos) - bounds_nanos_.begin();
  counts_[static_cast<std::size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_nanos_.fetch_add(static_cast<std::uint64_t>(nanos), std::memory_order_relaxed);
}

Histogram::Reading Histogram::read() const {
  Reading reading;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= bounds_.size(); ++i)
    reading.cumulative.push_back(total += counts_[i].load(std::memory_order_relaxed));
  reading.sum_seconds = static_cast<double>(sum_nanos_.load(std::memory_order_relaxed)) / 1e9;
  return reading;
}

template <typename Metric, typename... Args>
Metric& Registry::child(std::map<std::string, Family<Metric>>& families, const std::string& name,
                        const std::string& help, Labels labels, Args&&... args) {
  const std::scoped_lock lock(mutex_);
  auto& family = families[name];
  if (family.help.empty()) family.help = help;
  auto found = family.children.find(labels);
  if (found == family.children.end() && family.children.size() >= max_label_sets) give_up_unleased();
  if (found == family.children.end() && family.children.size() >= max_label_sets) {
    for (auto& label : labels) label.second = "other";
    found = family.children.find(labels);
  }
  if (found == family.children.end())
    found = family.children.emplace(std::move(labels), std::make_unique<Metric>(std::forward<Args>(args)...)).first;
  return *found->second;
}

Registry::Lease Registry::lease(const Label& label) {
  const std::scoped_lock lock(mutex_);
  auto& known = leases_[label];
  auto lease = known.lock();
  if (lease == nullptr) known = lease = std::make_shared<const Label>(label);
  return lease;
}

// Whoever holds a reference to such a metric holds its lease; mutex_ is held by the caller, so that
// no new lease comes up meanwhile.
void Registry::give_up_unleased() {
  std::set<Label> ended;
  for (const auto& [label, lease] : leases_)
    if (lease.expired()) ended.insert(label);
  if (ended.empty()) return;
  const auto has_ended = [&ended](const auto& child) {
    return std::any_of(child.first.begin(), child.first.end(),
                       [&ended](const Label& label) { return ended.contains(label); });
  };
  for (auto& [name, family] : counters_) std::erase_if(family.children, has_ended);
  for (auto& [name, family] : gauges_) std::erase_if(family.children, has_ended);
  for (auto& [name, family] : histograms_) std::erase_if(family.children, has_ended);
  for (const auto& label : ended) leases_.erase(label);
}

Counter& Registry::counter(const std::string& name, const std::string& help, const Labels& labels) {
  return child(counters_, name, help, labels);
}

Gauge& Registry::gauge(const std::string& name, const std::string& help, const Labels& labels) {
  return child(gauges_, name, help, labels);
}

Gauge& Registry::total(const std::string& name, const std::string& help, const Labels& labels) {
  return child(totals_, name, help, labels);
}

Histogram& Registry::histogram(const std::string& name, const std::string& help, std::span<const double> bounds_seconds,
                               const Labels& labels) {
  return child(histograms_, name, help, labels, bounds_seconds);
}

namespace {

prometheus::ClientMetric labelled(const Labels& labels) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels) metric.label.push_back({name, value});
  return metric;
}

void put(prometheus::ClientMetric& metric, const Counter& counter) {
  metric.counter.value = static_cast<double>(counter.value());
}

void put(prometheus::ClientMetric& metric, const Gauge& gauge) {
  metric.gauge.value = gauge.value();
  metric.counter.value = gauge.value();  // of totals; only the value of the family's type is written
}

void put(prometheus::ClientMetric& metric, const Histogram& histogram) {
  const auto reading = histogram.read();
  for (std::size_t i = 0; i < reading.cumulative.size(); ++i) {
    prometheus::ClientMetric::Bucket bucket;
    bucket.cumulative_count = reading.cumulative[i];
    bucket.upper_bound =
        i < histogram.bounds().size() ? histogram.bounds()[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back(bucket);
  }
  metric.histogram.sample_count = reading.cumulative.back();
  metric.histogram.sample_sum = reading.sum_seconds;
}

template <typename Families>
void collect(std::vector<prometheus::MetricFamily>& out, const Families& families, prometheus::MetricType type) {
  for (const auto& [name, family] : families) {
    prometheus::MetricFamily collected;
    collected.name = name;
    collected.help = family.help;
    collected.type = type;
    for (const auto& [labels, metric] : family.children) {
      collected.metric.push_back(labelled(labels));
      put(collected.metric.back(), *metric);
    }
    out.push_back(std::move(collected));
  }
}

}  // namespace

std::string Registry::expose() const {
  std::vector<prometheus::MetricFamily> families;
  {
    const std::scoped_lock lock(mutex_);
    collect(families, counters_, prometheus::MetricType::Counter);
    collect(families, totals_, prometheus::MetricType::Counter);
    collect(families, gauges_, prometheus::MetricType::Gauge);
    collect(families, histograms_, prometheus::MetricType::Histogram);
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace headgate::metrics
