// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>

namespace ipband {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

// Positions in /proc/[pid]/stat, counted from the field behind the program's
// name (field 3 in proc(5)).
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;
constexpr size_t kStartTicks = 19;
constexpr size_t kVirtualBytes = 20;
constexpr size_t kResidentPages = 21;

std::optional<uint64_t> ParseNumber(std::string_view text) {
  uint64_t value = 0;
  const auto [rest, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || rest == text.data()) return std::nullopt;
  return value;
}

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::optional<double> CountOpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return std::nullopt;
  // One of them is the descriptor of this very listing.
  return static_cast<double>(std::distance(begin(entries), end(entries)) - 1);
}

double SoftLimit(int resource) {
  rlimit limit{};
  getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return static_cast<double>(limit.rlim_cur);
}

void AddFamily(std::vector<MetricFamily>& families, MetricFamily family,
               double value) {
  family.metric.resize(1);
  family.metric[0].counter.value = value;
  family.metric[0].gauge.value = value;
  families.push_back(std::move(family));
}

void AddStat(std::vector<MetricFamily>& families, const ProcessStat& stat) {
  const auto hertz = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
  AddFamily(families,
            {"process_cpu_seconds_total",
             "CPU time that this process has used, user and system.",
             MetricType::Counter,
             {}},
            static_cast<double>(stat.cpu_ticks) / hertz);
  AddFamily(families,
            {"process_resident_memory_bytes",
             "Memory of this process that is in RAM.",
             MetricType::Gauge,
             {}},
            static_cast<double>(stat.resident_pages) * page_bytes);
  AddFamily(families,
            {"process_virtual_memory_bytes",
             "Address space that this process has reserved.",
             MetricType::Gauge,
             {}},
            static_cast<double>(stat.virtual_bytes));
  const std::optional<uint64_t> boot = ParseBootTime(ReadFile("/proc/stat"));
  if (!boot) return;
  AddFamily(families,
            {"process_start_time_seconds",
             "When this process was started, in seconds since 1970.",
             MetricType::Gauge,
             {}},
            static_cast<double>(*boot) +
                static_cast<double>(stat.start_ticks) / hertz);
}

}  // namespace

std::vector<MetricFamily> ProcessMetrics() {
  std::vector<MetricFamily> families;
  if (const auto stat = ParseProcessStat(ReadFile("/proc/self/stat"))) {
    AddStat(families, *stat);
  }
  if (const auto open = CountOpenDescriptors()) {
    AddFamily(families,
              {"process_open_fds",
               "File descriptors that this process has open.",
               MetricType::Gauge,
               {}},
              *open);
  }
  AddFamily(families,
            {"process_max_fds",
             "File descriptors that this process may have open.",
             MetricType::Gauge,
             {}},
            SoftLimit(RLIMIT_NOFILE));
  AddFamily(families,
            {"process_virtual_memory_max_bytes",
             "Address space that this process may reserve.",
             MetricType::Gauge,
             {}},
            SoftLimit(RLIMIT_AS));
  return families;
}

std::optional<ProcessStat> ParseProcessStat(std::string_view text) {
  // The name stands in parentheses and may hold blanks and parentheses too.
  const size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(name_end + 1);

  std::array<std::optional<uint64_t>, kResidentPages + 1> fields{};
  for (std::optional<uint64_t>& field : fields) {
    const size_t begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    text.remove_prefix(begin);
    const std::string_view word = text.substr(0, text.find(' '));
    field = ParseNumber(word);
    text.remove_prefix(word.size());
  }
  for (const size_t used :
       {kUserTicks, kSystemTicks, kStartTicks, kVirtualBytes, kResidentPages}) {
    if (!fields.at(used)) return std::nullopt;
  }
  return ProcessStat{*fields[kUserTicks] + *fields[kSystemTicks],
                     *fields[kStartTicks], *fields[kVirtualBytes],
                     *fields[kResidentPages]};
}

std::optional<uint64_t> ParseBootTime(std::string_view text) {
  constexpr std::string_view kKey = "\nbtime ";
  const size_t line = text.find(kKey);
  if (line == std::string_view::npos) return std::nullopt;
  return ParseNumber(text.substr(line + kKey.size()));
}

}  // namespace ipband
