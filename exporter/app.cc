// SPDX-License-Identifier: Apache-2.0
#include "exporter/app.h"

#include <poll.h>
#include <pthread.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "collectors/account/live_loop.h"
#include "collectors/account/replay.h"
#include "exporter/account_setup.h"
#include "exporter/background.h"
#include "exporter/checkpoints.h"
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
#include "exporter/reload_requests.h"
#include "exporter/report/report_id.h"
#include "exporter/report_setup.h"
#include "exporter/reporter.h"
#include "exporter/requests.h"
#include "exporter/service_notify.h"
#include "exporter/signals.h"
#include "exporter/site.h"
#include "exporter/start_checks.h"
#include "exporter/status_page.h"
#include "exporter/storage.h"
#include "exporter/traffic_summary.h"
#include "exporter/version.h"

namespace ipband {
namespace {

using namespace std::chrono_literals;

// How long the end of the program is put off for sinks that do not answer.
constexpr auto kPatienceForSinks = 10s;

class App {
 public:
  App(const Options& options, std::function<Options()> read_again)
      : options_(options),
        read_again_(std::move(read_again)),
        running_(options.config),
        intake_(options.config.accounting, options.config.thresholds,
                HashSeed(options.once),
                options.once ? summary_.Beside(Listener()) : Listener(),
                TablesOf(options.config)),
        config_(std::make_shared<const Config>(options.config)),
        requests_(wakeup_),
        exposition_(options, options.once ? 0 : WallTime()),
        snapshots_(wakeup_),
        storage_(options.config.storage, !options.config.meters.empty()),
        checkpoints_(storage_, intake_),
        live_(options.config.capture, intake_, wakeup_),
        site_([this](const Options& current) { return Routes(current); }) {}

  int Run() {
    Log(LogLevel::kInfo, "main", "starting ipband_exporter",
        {{"version", kVersion.version}, {"revision", kVersion.revision}});
    LogRead(options_, "read");
    // From here on a signal ends the program in order.
    const int signals = BlockSignals();
    // Files can be read and printed without anything else.
    if (options_.once && ReadsFiles()) {
      GiveUpPrivileges(options_);
      return ReplayOnce(signals);
    }
    // With -F the rest happens in a child of ours.
    std::optional<Background> background;
    if (options_.daemonize && MayFork(service_)) background.emplace();
    if (!options_.pid_file.empty()) pid_file_.emplace(options_.pid_file);
    // No thread runs yet, and what follows needs CAP_NET_RAW at most: files
    // are made by the user who will write them.
    GiveUpPrivileges(options_);
    // What a former run has left, before anything is counted.
    if (!ReadsFiles() && !options_.once) {
      checkpoints_.Restore(options_.storage_by_default);
    }
    StartOutputs();
    if (!ReadsFiles()) OpenInterfaces();
    // Then everybody may ask.
    if (!options_.once) site_.Listen(options_);
    if (background) background->Detach();
    // The accounting thread owns all tables from here to its end.
    accounts_apart_ = true;
    std::thread accounting([this] { Account(); });
    service_.Ready();
    WaitForEnd(signals);
    stop_ = true;
    wakeup_.Signal();
    accounting.join();
    snapshots_.Close();
    LogNotices(notices_);
    // The state first: it says until when was captured, and whoever ends us
    // may lose patience with our sinks.
    checkpoints_.Save();
    checkpoints_.SaveMeters();
    storage_.Finish();
    reload_requests_.Close();
    site_.Stop();
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
  bool ReadsFiles() const { return !options_.capture_files.empty(); }

  // What the accounting thread calls between two batches.
  Intake::Listener Listener() {
    return {
        .verdict =
            [this](const std::string& interface, const SubnetRow& subnet,
                   const ThresholdEvent& event) {
              Notice notice = NoticeOf(interface, subnet, event);
              if (event.verdict == Verdict::kReportDue) {
                Report report = intake_.MakeReport(interface, subnet, event);
                report.name = exposition_.GivenName(intake_.rules(), subnet);
                notice.detail += ", report " + ReportId(report);
                reporter_->Push(std::move(report));
              }
              notices_.Push(notice);
            },
        .decided = [this] { checkpoints_.Decided(); },
        .period_ended =
            [this](int64_t end) {
              if (!reporter_->WantsPages()) return;
              reporter_->Push(
                  StatusPageOf(intake_.TakeSnapshot(SnapshotDetail::kSubnets),
                               end, *config_));
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

  void OpenInterfaces() {
    const LiveLoop::Opened opened = live_.Open(Surroundings());
    LogNotices(notices_);
    RefuseToStart(opened, options_.compatibility);
    CheckLengthAdjustment(opened.captures, options_.config.accounting);
  }

  Router Routes(const Options& current) {
    return MakeRouter(
        current, exposition_, snapshots_,
        [this] { return CountsOf(*reporter_, *dumper_); }, archive_,
        [this] { return reload_requests_.Ask(); });
  }

  LiveLoop::Surroundings Surroundings() {
    return {.clock = ReadClock,
            .notice = [this](const Notice& n) { notices_.Push(n); },
            .snapshots = &snapshots_,
            .stop = [this] { return stop_.load(std::memory_order_relaxed); },
            .turn_over = [this](ClockReading now) { TurnOver(now); }};
  }

  void TurnOver(ClockReading now) {
    service_.Turned(now.steady);
    if (requests_.TakeDump()) DumpMeters();
    requests_.DoWork();
    checkpoints_.TurnOver(now, dumper_->unwritten() == 0);
  }

  void TurnOverOfFiles() {
    if (TimeOfDump() && requests_.TakeDump()) DumpMeters();
    requests_.DoWork();
  }

  // Without a frame of a file there is none.
  std::optional<int64_t> TimeOfDump() const {
    if (!ReadsFiles()) return WallSeconds();
    if (intake_.frames() == 0) return std::nullopt;
    return intake_.LastSecond();
  }

  void DumpMeters() {
    if (const auto now = TimeOfDump()) intake_.meters().DumpNow(*now);
  }

  // Between two batches. Throws before anything has changed. Dumps all meters
  // or, if not `dump`, those that go; by the rules until now.
  void Adopt(const Config& config, bool dump) {
    CheckForCaptures(live_, config);
    auto fresh = std::make_shared<const Config>(config);
    if (dump) DumpMeters();
    // Dumps that the old times have still to bring go the old way.
    intake_.Reconfigure(RulesOf(config), TablesOf(config),
                        dump ? std::nullopt : TimeOfDump());
    dumper_->Reconfigure(config.meters);
    config_ = std::move(fresh);
    if (!ReadsFiles()) live_.Reconfigure(config.capture, Surroundings());
    storage_.SetCheckpoint(config.storage.checkpoint);
    checkpoints_.Decided();
  }

  void Account() {
    pthread_setname_np(pthread_self(), "accounting");
    if (!ReadsFiles()) {
      live_.Run(Surroundings());
      // ipfm: dumps when it ends.
      DumpMeters();
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
    ServeLastNumbers(intake_, wakeup_, snapshots_, stop,
                     [this] { TurnOverOfFiles(); });
  }

  bool ReplayFiles(std::function<void(const ReplayProgress&)> progress,
                   std::function<bool()> stop) {
    return Replay({.files = options_.capture_files,
                   .interface = options_.capture_label,
                   .filter = options_.capture_file_filter},
                  intake_,
                  {.notice = [this](const Notice& n) { notices_.Push(n); },
                   .snapshots = &snapshots_,
                   .stop = std::move(stop),
                   .progress = std::move(progress),
                   .turn_over = [this] { TurnOverOfFiles(); }});
  }

  // On this thread, up to the end of the files or a signal.
  int ReplayOnce(int signals) {
    StartOutputs();
    std::optional<ProgressBar> bar(std::in_place);
    const bool complete = ReplayFiles(
        [&](const ReplayProgress& progress) {
          LogNotices(notices_);
          bar->Show(progress, std::chrono::steady_clock::now());
        },
        [this, signals] { return stop_ = stop_ || EndIsAsked(signals); });
    bar.reset();
    LogNotices(notices_);
    EndOnNextSignal(signals);
    const bool delivered = FinishOutputs();
    summary_.PrintBesideLog(options_);
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
      // On this thread itself there is nobody to take a new configuration.
      if (*signal == Signal::kReload && accounts_apart_) {
        Reload(/*dump=*/true);
      } else {
        requests_.Dump();
      }
    }
    return false;
  }

  // The error, empty if there is none.
  std::string Reload(bool dump) {
    service_.Reloading(ReadClock().steady);
    std::string error = ReadAgain(dump);
    service_.Ready();
    return error;
  }

  // All or nothing: what may fail comes first.
  std::string ReadAgain(bool dump) {
    try {
      Options options = read_again_();
      LogRead(options, "read again");
      KeepUntilRestart(running_, options);
      Reporter::Reconfiguration reports =
          Reporter::Prepare(ReporterOptionsFor(options, storage_.path()));
      requests_.Do([&] { Adopt(options.config, std::exchange(dump, false)); });
      reporter_->Reconfigure(std::move(reports));
      site_.Reconfigure(options);
      exposition_.Reloaded(options, WallTime());
      running_ = options.config;
      return "";
    } catch (const std::exception& error) {
      Log(LogLevel::kError, "config",
          "not read again; the configuration stays as it was",
          {{"err", SentenceOf(error)}});
      // ipfm: HUP dumps, whatever becomes of the configuration.
      if (dump) requests_.Dump();
      exposition_.ReloadFailed();
      return SentenceOf(error);
    }
  }

  void ReloadForTheWeb() {
    const uint64_t taken = reload_requests_.Take();
    if (taken > 0) reload_requests_.Answer(taken, Reload(/*dump=*/false));
  }

  void WaitForEnd(int signals) {
    std::optional<std::chrono::steady_clock::time_point> end;
    const auto period = options_.config.accounting.averaging_period;
    if (options_.once) end = std::chrono::steady_clock::now() + period;
    while (!EndIsAsked(signals)) {
      const int patience = PollTimeout(end);
      if (patience == 0) return;
      pollfd descriptors[] = {
          {signals, POLLIN, 0},
          {notices_.wakeup().descriptor(), POLLIN, 0},
          {reload_requests_.wakeup().descriptor(), POLLIN, 0}};
      poll(descriptors, std::size(descriptors), patience);
      LogNotices(notices_);
      ReloadForTheWeb();
    }
    service_.Stopping();
    Log(LogLevel::kInfo, "main", "stopping on a signal");
  }

  ServiceNotify service_;
  // Constant after construction.
  const Options options_;
  const std::function<Options()> read_again_;
  // Main's.
  Config running_;               // what is in force
  bool accounts_apart_ = false;  // the accounting thread runs
  // Owned by the accounting thread while it runs.
  TrafficSummary summary_;
  Intake intake_;
  std::shared_ptr<const Config> config_;  // the same as running_
  bool complete_ = true;
  // Shared; each is safe from any thread.
  std::atomic<bool> stop_ = false;
  Wakeup wakeup_;
  Requests requests_;
  ReloadRequests reload_requests_;
  NoticeQueue notices_;
  Exposition exposition_;
  SnapshotExchange snapshots_;
  ReportArchive archive_;
  std::optional<Reporter> reporter_;
  std::optional<Dumper> dumper_;
  Storage storage_;
  Checkpoints checkpoints_;
  // Main opens it, the accounting thread runs it.
  LiveLoop live_;
  Site site_;
  std::optional<PidFile> pid_file_;
};

}  // namespace

int Run(const Options& options, std::function<Options()> read_again) {
  return App(options, std::move(read_again)).Run();
}

}  // namespace ipband
