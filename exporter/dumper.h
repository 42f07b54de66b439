// SPDX-License-Identifier: Apache-2.0
//
// Makes documents of the meters' dumps and sees to it that they are written.
// The accounting thread pushes plain data and goes on; adding up, names, layout
// and sorting are the work of this thread, writing that of one thread per
// meter, so that a file that cannot be written holds up its own meter alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "collectors/meter/dump.h"
#include "collectors/metrics/meter_metrics.h"
#include "exporter/config/config.h"
#include "exporter/deliver/delivery.h"
#include "exporter/deliver/dump_sink.h"
#include "exporter/deliver/written_files.h"
#include "exporter/report/host_names.h"
#include "exporter/work_queue.h"

namespace ipband {

struct DumperOptions {
  std::vector<MeterConfig> meters;
  // A replay waits where there is no room; else what finds none is refused.
  bool waits = false;
  // A running program may write the same files: those that are there already
  // stay as they are, and dumps are written beside them.
  bool spare_others = false;
};

class Dumper {
 public:
  explicit Dumper(const DumperOptions& options);
  // For those who have name servers of their own.
  Dumper(const DumperOptions& options, HostNames::Lookup lookup);
  ~Dumper();
  Dumper(const Dumper&) = delete;
  Dumper& operator=(const Dumper&) = delete;

  // The accounting thread.
  void Push(Dump dump);

  // The accounting thread: dumps that are pushed from now on. Those before keep
  // what they were pushed with, and so do the last dumps of meters that are
  // gone now.
  void Reconfigure(const std::vector<MeterConfig>& meters);

  // Main, where nothing is pushed any more: waits as long as dumps are written,
  // and `patience` for the next one. A replay may be far ahead of the disk.
  void AwaitWritten(std::chrono::seconds patience) const;

  // Main: takes nothing more and writes what is there until the deadline.
  // False if a dump was lost, also before.
  bool Finish(std::chrono::steady_clock::time_point deadline);

  // Any thread: how many dumps are not written yet.
  size_t unwritten() const;

  // Any thread; the meters in the order of the configuration.
  std::vector<MeterDumpCounts> counts() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  // The way of a meter's dumps to files of one configured name.
  struct Output {
    std::string file;
    const DumpSink* sink = nullptr;  // the delivery's
    std::unique_ptr<Delivery> delivery;
    // Guarded by mutex_.
    uint64_t refused = 0;
    MeterDumpCounts before;  // of those it came after
  };
  // The last one is in use. Where the configured name has changed, what could
  // not be written under the old one must not hold up the rest.
  using Outputs = std::vector<std::shared_ptr<Output>>;
  using ConfigMap = std::map<std::string, std::shared_ptr<const MeterConfig>>;
  struct Work {
    Dump dump;
    std::shared_ptr<const MeterConfig> config;
    std::shared_ptr<Output> output;
  };

  static MeterDumpCounts CountsOf(const Output& output);
  static bool IsIdle(const std::shared_ptr<Output>& output);
  std::shared_ptr<Output> MakeOutput(const MeterConfig& config) const;
  void Adopt(const std::vector<MeterConfig>& meters);
  void DropIdleOutputs();
  void Refuse(Output* output);
  void Run(const std::stop_token& stop);
  void Deliver(Work work, Time since, const std::stop_token& stop);
  HostNameMap NamesOf(const std::vector<DumpRow>& rows, Time since);
  void LogRefused();

  const bool waits_;
  const std::shared_ptr<WrittenFiles> written_;  // of spare_others
  const HostNames::Lookup lookup_;               // empty: the system's
  WorkQueue<Work> queue_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::vector<std::string> order_;  // of the configured meters
  ConfigMap configs_;
  ConfigMap former_;                        // before the last Reconfigure
  std::map<std::string, Outputs> outputs_;  // by meter; none is empty
  uint64_t refused_ = 0;

  // Used by the thread only.
  std::optional<HostNames> host_names_;
  uint64_t refused_logged_ = 0;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace ipband
