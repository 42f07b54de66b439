// SPDX-License-Identifier: Apache-2.0
//
// Makes documents of the reports that fall due and of ipband's status page,
// and hands them to the sinks and to the archive that the web server reads.
// The accounting thread pushes plain data and goes on; names, layout and
// sorting are the work of this thread, delivery that of one thread per sink.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "collectors/account/report.h"
#include "exporter/config/config.h"
#include "exporter/deliver/delivery.h"
#include "exporter/deliver/directory_sink.h"
#include "exporter/deliver/repeat_filter.h"
#include "exporter/deliver/sinks.h"
#include "exporter/report/host_names.h"
#include "exporter/report/report_text.h"
#include "exporter/report/service_names.h"
#include "exporter/report/subnet_page.h"
#include "exporter/report_archive.h"
#include "exporter/work_queue.h"

namespace ipband {

struct ReporterOptions {
  ReportOptions reports;
  std::string directory;  // of the reports' files; empty: none
  ReportLayout layout;
  // A replay waits where there is no room; else what finds none is dropped.
  bool waits = false;
  // By which reports grow old; empty in a replay, as its time is another.
  DirectorySink::Clock clock;
  // How often the archive forgets what has.
  std::chrono::milliseconds tidy_period{10 * 60 * 1000};
};

// What became of the reports; by sink in the order of the configuration.
struct ReporterCounts {
  struct SinkCounts {
    std::string sink;
    DeliveryCounts counts;
  };
  std::vector<SinkCounts> sinks;
  uint64_t queued = 0;   // not yet made into documents
  uint64_t dropped = 0;  // by this queue and those of the sinks
  uint64_t files = 0;
  uint64_t files_bytes = 0;
};

class Reporter {
 public:
  // Throws Error for a sink that cannot work.
  Reporter(ReporterOptions options, ReportArchive& archive);
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  // The accounting thread.
  void Push(Report report);
  bool WantsPages() const { return wants_pages_; }
  void Push(StatusPage page);

  // Main: other options, in two steps, of which only the first can fail; it
  // throws Error. Sinks whose options are the same are not touched. What waits
  // for one that has changed goes the new way; one that is gone takes nothing
  // more, and what waits for it is still delivered if it can be.
  struct Reconfiguration {
    ReporterOptions options;
    Sinks sinks;
  };
  static Reconfiguration Prepare(ReporterOptions options);
  void Reconfigure(Reconfiguration reconfiguration);

  // Main: takes nothing more and delivers what is there until the deadline.
  // False if a report was lost, also before.
  bool Finish(std::chrono::steady_clock::time_point deadline);

  // Any thread.
  ReporterCounts counts() const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Work = std::variant<Report, StatusPage>;
  // Constant once made; whoever works by it keeps it.
  struct Setup {
    ReporterOptions options;
    std::vector<std::shared_ptr<Delivery>> deliveries;
    const DirectorySink* directory = nullptr;  // of one of them
    Delivery* page_delivery = nullptr;         // one of them
  };

  static std::shared_ptr<const Setup> MakeSetup(Reconfiguration reconfiguration,
                                                const Setup& before);
  std::shared_ptr<const Setup> setup() const;
  void LetGo(const Setup& before, const Setup& after);
  void ForgetOld(const ReporterOptions& options) const;
  void Run(const std::stop_token& stop);
  bool IsDelivered(const Report& report, const std::string& directory) const;
  void Deliver(Report report, Time since, const std::stop_token& stop);
  void Deliver(const StatusPage& page, Time since, const std::stop_token& stop);
  HostNameMap NamesOf(const Report& report, Time since, bool resolve);
  void Submit(Delivery& delivery, std::shared_ptr<const Document> document,
              const std::stop_token& stop) const;

  const bool waits_;
  ReportArchive& archive_;
  WorkQueue<Work> queue_;
  std::atomic<bool> wants_pages_ = false;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::shared_ptr<const Setup> setup_;
  // Of sinks that are gone, one of each name, as long as something waits.
  std::vector<std::shared_ptr<Delivery>> leaving_;

  // Used by the thread only.
  ServiceNames services_;
  std::optional<HostNames> host_names_;
  RepeatFilter repeats_;

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace ipband
