// SPDX-License-Identifier: Apache-2.0
#include "exporter/app.h"

#include <poll.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "collectors/account/live_loop.h"
#include "collectors/account/replay.h"
#include "exporter/background.h"
#include "exporter/clock.h"
#include "exporter/dumper.h"
#include "exporter/endpoints.h"
#include "exporter/error.h"
#include "exporter/exposition.h"
#include "exporter/hash_seed.h"
#include "exporter/log.h"
#include "exporter/notice_log.h"
#include "exporter/notice_queue.h"
#include "exporter/pid_file.h"
#include "exporter/progress_bar.h"
#include "exporter/reload.h"
#include "exporter/report/report_id.h"
#include "exporter/report_setup.h"
#include "exporter/reporter.h"
#include "exporter/requests.h"
#include "exporter/signals.h"
#include "exporter/start_checks.h"
#include "exporter/status_page.h"
#include "exporter/storage.h"
#include "exporter/version.h"
#include "exporter/web_service.h"

namespace ipband {
namespace {

using namespace std::chrono_literals;

// How long the end of the program is put off for sinks that do not answer.
constexpr auto kPatienceForSinks = 10s;

std::vector<MeterOptions> TablesOf(const std::vector<MeterConfig>& meters) {
  std::vector<MeterOptions> tables;
  for (const MeterConfig& meter : meters) tables.push_back(meter.meter);
  return tables;
}

class App {
 public:
  App(const Options& options, std::function<Options()> read_again)
      : options_(options),
        read_again_(std::move(read_again)),
        intake_(options.config.accounting, options.config.thresholds,
                HashSeed(options.once), Listener(),
                TablesOf(options.config.meters)),
        requests_(wakeup_),
        exposition_(options, options.once ? 0 : Now()),
        snapshots_(wakeup_),
        storage_(options.config.storage, !options.config.meters.empty()),
        live_(options.config.capture, intake_, wakeup_) {}

  int Run() {
    // What is configured, and from where.
    Log(LogLevel::kInfo, "main", "starting ipband_exporter",
        {{"version", kVersion.version}, {"revision", kVersion.revision}});
    LogRead(options_, "read");
    // From here on a signal ends the program in order.
    const int signals = BlockSignals();
    // Files can be read and printed without anything else.
    if (options_.once && ReadsFiles()) return ReplayOnce(signals);
    // With -F the rest happens in a child of ours.
    std::optional<Background> background;
    if (options_.daemonize) background.emplace();
    if (!options_.pid_file.empty()) pid_file_.emplace(options_.pid_file);
    // What a former run has left, before anything is counted.
    RestoreState();
    StartOutputs();
    // Interfaces first: what follows may need no privilege at all.
    if (!ReadsFiles()) OpenInterfaces();
    // Then everybody may ask.
    if (!options_.once) Listen();
    if (background) background->Detach();
    // The accounting thread owns all tables from here to its end.
    std::thread accounting([this] { Account(); });
    WaitForEnd(signals);
    stop_ = true;
    wakeup_.Signal();
    accounting.join();
    snapshots_.Close();
    DrainNotices();
    // The state first: it says until when was captured, and whoever ends us
    // may lose patience with our sinks.
    SaveState();
    SaveMeters();
    storage_.Finish();
    if (web_) web_->Stop();
    pid_file_.reset();
    EndOnNextSignal(signals);
    // What is due still goes out. ipfm: the next one may start meanwhile.
    const bool delivered = FinishOutputs();
    if (options_.once) {
      exposition_.WriteToStandardOutput(intake_.TakeSnapshot(),
                                        CountsOf(*reporter_, *dumper_));
      complete_ = complete_ && delivered;
    }
    Log(LogLevel::kInfo, "main", "stopped");
    return complete_ ? 0 : kExitFailure;
  }

 private:
  static double Now() {
    return std::chrono::duration<double>(ReadClock().wall).count();
  }
  static int64_t WallSeconds() {
    return std::chrono::floor<std::chrono::seconds>(ReadClock().wall).count();
  }
  bool ReadsFiles() const { return !options_.capture_files.empty(); }

  // What the accounting thread calls between two batches.
  Intake::Listener Listener() {
    return {.verdict =
                [this](const std::string& interface, const SubnetRow& subnet,
                       const ThresholdEvent& event) {
                  Notice notice = NoticeOf(interface, subnet, event);
                  if (event.verdict == Verdict::kReportDue) {
                    Report report =
                        intake_.MakeReport(interface, subnet, event);
                    report.name = exposition_.GivenName(subnet);
                    notice.detail += ", report " + ReportId(report);
                    reporter_->Push(std::move(report));
                  }
                  notices_.Push(notice);
                },
            .decided = [this] { decided_ = true; },
            .period_ended =
                [this](int64_t end) {
                  if (!reporter_->WantsPages()) return;
                  reporter_->Push(StatusPageOf(
                      intake_.TakeSnapshot(SnapshotDetail::kSubnets), end,
                      options_.config));
                },
            .dumped =
                [this](Dump dump) {
                  storage_.DumpTold(ReadClock().steady);
                  dumper_->Push(std::move(dump));
                }};
  }

  void StartOutputs() {
    reporter_.emplace(ReporterOptionsFor(options_, storage_.path()), archive_);
    // A replay beside a running program leaves that one's files alone.
    dumper_.emplace(
        DumperOptions{.meters = options_.config.meters,
                      .waits = ReadsFiles(),
                      .spare_others = ReadsFiles() && !options_.meters_named});
  }

  void RestoreState() {
    if (ReadsFiles() || options_.once) return;
    SavedState saved =
        storage_.Open(options_.storage_by_default, WallSeconds());
    if (saved.traffic) intake_.Restore(std::move(*saved.traffic));
    if (saved.meters) intake_.RestoreMeters(std::move(*saved.meters));
  }

  void SaveState() {
    if (!storage_.open()) return;
    storage_.Save(intake_.StateAt(WallSeconds()), ReadClock().steady);
  }

  void SaveMeters() {
    if (!storage_.open()) return;
    storage_.SaveMeters(intake_.meters().StateAt(WallSeconds()),
                        ReadClock().steady);
  }

  void OpenInterfaces() {
    const LiveLoop::Opened opened = live_.Open(Surroundings());
    DrainNotices();
    RefuseToStart(opened, options_.compatibility);
    CheckLengthAdjustment(opened, options_.config.accounting);
  }

  void Listen() {
    web_.emplace(
        options_,
        MakeRouter(
            options_, exposition_, snapshots_,
            [this] { return CountsOf(*reporter_, *dumper_); }, archive_));
  }

  LiveLoop::Surroundings Surroundings() {
    return {.clock = ReadClock,
            .notice = [this](const Notice& n) { notices_.Push(n); },
            .snapshots = &snapshots_,
            .stop = [this] { return stop_.load(std::memory_order_relaxed); },
            .turn_over = [this](ClockReading now) { TurnOver(now); }};
  }

  void TurnOver(ClockReading now) {
    const bool decided = std::exchange(decided_, false);
    // There are many turns in a second; a checkpoint may wait for the next one.
    const auto second = std::chrono::floor<std::chrono::seconds>(now.steady);
    const bool second_is_new = std::exchange(second_, second) != second;
    DoWhatIsAsked(WallSeconds());
    if (decided || (second_is_new && storage_.CheckpointIsDue(now.steady))) {
      SaveState();
    }
    if (storage_.awaits_dumps() && dumper_->unwritten() == 0) {
      storage_.DumpsWritten();
    }
    if (storage_.MetersCheckpointIsDue(now.steady)) SaveMeters();
  }

  void DoWhatIsAsked(int64_t now) {
    const std::optional<Requests::Request> request = requests_.Take();
    if (!request) return;
    intake_.meters().DumpNow(now);
    if (!request->meters) return;
    dumper_->Reconfigure(*request->meters);
    intake_.meters().Reconfigure(TablesOf(*request->meters));
  }

  void Account() {
    if (!ReadsFiles()) {
      live_.Run(Surroundings());
      // ipfm: dumps when it ends.
      intake_.meters().DumpNow(WallSeconds());
      return;
    }
    ProgressBar bar;
    const auto stop = [this] { return stop_.load(std::memory_order_relaxed); };
    const bool complete = ReplayFiles(
        [&](const ReplayProgress& progress) {
          bar.Show(progress, std::chrono::steady_clock::now());
        },
        stop);
    // To be ended before the end of the files is no fault here.
    complete_ = complete || stop();
    ServeLastNumbers(intake_, wakeup_, snapshots_, stop);
  }

  bool ReplayFiles(std::function<void(const ReplayProgress&)> progress,
                   std::function<bool()> stop) {
    return Replay(
        {.files = options_.capture_files,
         .interface = options_.capture_label,
         .filter = options_.capture_file_filter},
        intake_,
        {.notice = [this](const Notice& n) { notices_.Push(n); },
         .snapshots = &snapshots_,
         .stop = std::move(stop),
         .progress = std::move(progress),
         .turn_over = [this] { DoWhatIsAsked(intake_.LastSecond()); }});
  }

  // On this thread, up to the end of the files or a signal.
  int ReplayOnce(int signals) {
    bool complete = false;
    StartOutputs();
    {
      ProgressBar bar;
      complete = ReplayFiles(
          [&](const ReplayProgress& progress) {
            DrainNotices();
            bar.Show(progress, std::chrono::steady_clock::now());
          },
          [this, signals] {
            stop_ = stop_ || EndIsAsked(signals);
            return stop_.load();
          });
    }
    DrainNotices();
    EndOnNextSignal(signals);
    const bool delivered = FinishOutputs();
    exposition_.WriteToStandardOutput(intake_.TakeSnapshot(),
                                      CountsOf(*reporter_, *dumper_));
    return complete && delivered ? 0 : kExitFailure;
  }

  bool FinishOutputs() {
    if (ReadsFiles() && !stop_) dumper_->AwaitWritten(kPatienceForSinks);
    const auto deadline = std::chrono::steady_clock::now() + kPatienceForSinks;
    const bool reported = reporter_->Finish(deadline);
    return dumper_->Finish(deadline) && reported;
  }

  // Hands on what signals ask for, but for the end.
  bool EndIsAsked(int signals) {
    while (const std::optional<Signal> signal = TakeSignal(signals)) {
      if (*signal == Signal::kEnd) return true;
      if (*signal == Signal::kDump) requests_.Dump();
      if (*signal == Signal::kReload) Reload();
    }
    return false;
  }

  // ipfm: HUP dumps, whatever becomes of the configuration.
  void Reload() {
    const std::optional<Options> options = ReadAgain(options_, read_again_);
    if (options) {
      requests_.Reconfigure(options->config.meters);
      exposition_.Reloaded(options->text_read, Now());
    } else {
      requests_.Dump();
      exposition_.ReloadFailed();
    }
  }

  void WaitForEnd(int signals) {
    const auto end = std::chrono::steady_clock::now() +
                     options_.config.accounting.averaging_period;
    while (!EndIsAsked(signals)) {
      int patience = -1;
      if (options_.once) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= 0s) return;
        // At most an hour at a time: the milliseconds must fit an int.
        const auto step = std::min<std::chrono::nanoseconds>(left, 1h);
        patience = static_cast<int>(
            std::chrono::ceil<std::chrono::milliseconds>(step).count());
      }
      pollfd descriptors[] = {{signals, POLLIN, 0},
                              {notices_.wakeup().descriptor(), POLLIN, 0}};
      poll(descriptors, std::size(descriptors), patience);
      DrainNotices();
    }
    Log(LogLevel::kInfo, "main", "stopping on a signal");
  }

  void DrainNotices() {
    const NoticeQueue::Taken taken = notices_.Take();
    for (const Notice& notice : taken.notices) LogNotice(notice);
    if (taken.lost > 0) {
      Log(LogLevel::kWarn, "main", "too much happened to log it all",
          {{"lost", std::to_string(taken.lost)}});
    }
  }

  // Constant after construction.
  const Options options_;
  const std::function<Options()> read_again_;
  // Owned by the accounting thread while it runs.
  Intake intake_;
  bool decided_ = false;           // since the state was last saved
  std::chrono::seconds second_{};  // of the steady clock, at the last turn
  bool complete_ = true;
  // Shared; each is safe from any thread.
  std::atomic<bool> stop_ = false;
  Wakeup wakeup_;
  Requests requests_;
  NoticeQueue notices_;
  Exposition exposition_;
  SnapshotExchange snapshots_;
  ReportArchive archive_;
  std::optional<Reporter> reporter_;
  std::optional<Dumper> dumper_;
  Storage storage_;
  // Main opens it, the accounting thread runs it.
  LiveLoop live_;
  std::optional<WebService> web_;
  std::optional<PidFile> pid_file_;
};

}  // namespace

int Run(const Options& options, std::function<Options()> read_again) {
  return App(options, std::move(read_again)).Run();
}

}  // namespace ipband
