// SPDX-License-Identifier: Apache-2.0
#include "exporter/app.h"

#include <poll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <memory>
#include <optional>
#include <thread>

#include "collectors/account/live_loop.h"
#include "collectors/account/replay.h"
#include "collectors/capture/default_route.h"
#include "collectors/decode/link_layer.h"
#include "exporter/background.h"
#include "exporter/clock.h"
#include "exporter/endpoints.h"
#include "exporter/error.h"
#include "exporter/exposition.h"
#include "exporter/log.h"
#include "exporter/notice_queue.h"
#include "exporter/progress_bar.h"
#include "exporter/version.h"
#include "exporter/web/http_server.h"

namespace ipband {
namespace {

using namespace std::chrono_literals;

// Random, so that nobody can fill one place of a hash table; the same in each
// run with --once, so that its output repeats itself.
uint64_t HashSeed(const Options& options) {
  uint64_t seed = 0x243f6a8885a308d3;
  if (options.once) return seed;
  if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed)) {
    throw Error("the system gives no random numbers");
  }
  return seed;
}

void LogNotice(const Notice& notice) {
  LogLevel level = LogLevel::kInfo;
  if (notice.level == Notice::Level::kWarning) level = LogLevel::kWarn;
  if (notice.level == Notice::Level::kError) level = LogLevel::kError;
  const LogField interface { "interface", notice.interface };
  if (!notice.subnet.empty()) {
    Log(level, "threshold", notice.message,
        {interface, {"subnet", notice.subnet}, {"detail", notice.detail}});
  } else if (!notice.detail.empty()) {
    Log(level, "capture", notice.message,
        {interface, {"detail", notice.detail}});
  } else {
    Log(level, "capture", notice.message, {interface});
  }
}

Notice NoticeOf(const std::string& interface, const SubnetRow& subnet,
                const ThresholdEvent& event) {
  Notice notice{Notice::Level::kInfo, "", interface,
                std::to_string(std::llround(event.bandwidth)) + " of " +
                    std::to_string(std::llround(event.threshold)) +
                    " bytes per second",
                ToString(subnet.prefix)};
  switch (event.verdict) {
    case Verdict::kWatchStarted:
      notice.message = "subnet is at or over its threshold; watching it";
      break;
    case Verdict::kReportDue:
      notice.message = "subnet stayed over its threshold for " +
                       std::to_string(event.exceeded_seconds) + " s";
      break;
    case Verdict::kCleared:
      notice.message = "subnet is below its threshold";
      break;
    case Verdict::kNothing:
      break;
  }
  return notice;
}

void WriteToStandardOutput(const Exposition& exposition,
                           const Snapshot& snapshot) {
  bool written = true;
  TextWriter out([&](std::string_view piece) {
    written =
        std::fwrite(piece.data(), 1, piece.size(), stdout) == piece.size();
    return written;
  });
  exposition.Write(snapshot, {}, out);
  out.Finish();
  if (std::fflush(stdout) != 0 || !written) {
    throw Error("cannot write to standard output");
  }
}

std::string NamesOf(const std::vector<Interface>& interfaces) {
  std::string names;
  for (const Interface& interface : interfaces) names += " " + interface.name;
  return names.empty() ? " none" : names;
}

// Nothing to capture, no permission, or in compatibility mode an interface
// that does not open: better to say so and end.
void RefuseToStart(const LiveLoop::Opened& opened, bool compatibility) {
  if (opened.wanted == 0) {
    const char* why = DefaultRouteInterface()
                          ? "no interface fits"
                          : "no interface fits, and there is no default route";
    throw Error(std::string("there is nothing to capture: ") + why +
                "; name one of:" + NamesOf(ListInterfaces()));
  }
  for (const LiveLoop::Opened::Failure& failure : opened.failures) {
    const std::string why = failure.interface + ": " + failure.detail;
    switch (failure.failure) {
      case OpenFailure::kPermission:
        throw Error("not allowed to capture on " + why +
                    "; run as root, or grant the capability: setcap "
                    "cap_net_raw+p ipband_exporter");
      case OpenFailure::kFilter:
        throw Error("the filter is not valid on " + why, kExitUsage);
      default:
        if (compatibility) throw Error("cannot capture on " + why);
    }
  }
}

// ipband: takes no more off a frame than its link header.
void CheckLengthAdjustment(const LiveLoop::Opened& opened,
                           const AccountingOptions& accounting) {
  for (const auto& [interface, link_type] : opened.captures) {
    const auto header = static_cast<int64_t>(LinkHeaderLength(link_type));
    if (accounting.length_adjustment >= -header) continue;
    throw Error("the length adjustment of " +
                std::to_string(accounting.length_adjustment) +
                " takes off more than the link header of " + interface +
                ", which has " + std::to_string(header) + " bytes");
  }
}

// SIGINT and SIGTERM as a descriptor; blocked in every thread started later.
int BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const int descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor < 0) throw Error("cannot wait for signals");
  return descriptor;
}

class App {
 public:
  explicit App(const Options& options)
      : options_(options),
        intake_(
            options.config.accounting, options.config.thresholds,
            HashSeed(options),
            {.verdict =
                 [this](const std::string& interface, const SubnetRow& subnet,
                        const ThresholdEvent& event) {
                   notices_.Push(NoticeOf(interface, subnet, event));
                 }}),
        exposition_(options, options.once ? 0 : Now()),
        snapshots_(wakeup_),
        live_(options.config.capture, intake_, wakeup_) {}

  int Run() {
    // What is configured, and from where.
    LogStart();
    // From here on a signal ends the program in order.
    const int signals = BlockSignals();
    // Files can be read and printed without anything else.
    if (options_.once && ReadsFiles()) return ReplayOnce(signals);
    // With -F the rest happens in a child of ours.
    std::optional<Background> background;
    if (options_.daemonize) background.emplace();
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
    if (server_) server_->Stop();
    if (options_.once) {
      WriteToStandardOutput(exposition_, intake_.TakeSnapshot());
    }
    Log(LogLevel::kInfo, "main", "stopped");
    return complete_ ? 0 : kExitFailure;
  }

 private:
  static double Now() {
    return std::chrono::duration<double>(ReadClock().wall).count();
  }
  bool ReadsFiles() const { return !options_.capture_files.empty(); }

  void LogStart() const {
    Log(LogLevel::kInfo, "main", "starting ipband_exporter",
        {{"version", kVersion.version}, {"revision", kVersion.revision}});
    for (const std::string& file : options_.files_read) {
      Log(LogLevel::kInfo, "config", "read", {{"file", file}});
    }
    for (const std::string& warning : options_.warnings) {
      Log(LogLevel::kWarn, "config", warning);
    }
  }

  void OpenInterfaces() {
    const LiveLoop::Opened opened = live_.Open(Surroundings());
    DrainNotices();
    RefuseToStart(opened, options_.compatibility);
    CheckLengthAdjustment(opened, options_.config.accounting);
  }

  void Listen() {
    HttpServerOptions server;
    for (const std::string& address : options_.config.web.listen_addresses) {
      server.listen.push_back(ParseListenAddress(address));
    }
    router_ = MakeRouter(options_, exposition_, snapshots_, reports_);
    server_.emplace(server, [this](const HttpRequest& request) {
      return router_(request);
    });
    for (const std::string& address : server_->Addresses()) {
      Log(LogLevel::kInfo, "web", "listening", {{"address", address}});
    }
  }

  LiveLoop::Surroundings Surroundings() {
    return {.clock = ReadClock,
            .notice = [this](const Notice& n) { notices_.Push(n); },
            .snapshots = &snapshots_,
            .stop = [this] { return stop_.load(std::memory_order_relaxed); }};
  }

  void Account() {
    if (!ReadsFiles()) {
      live_.Run(Surroundings());
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
    return Replay({.files = options_.capture_files,
                   .interface = options_.capture_label,
                   .filter = options_.capture_file_filter},
                  intake_,
                  {.notice = [this](const Notice& n) { notices_.Push(n); },
                   .snapshots = &snapshots_,
                   .stop = std::move(stop),
                   .progress = std::move(progress)});
  }

  // On this thread, up to the end of the files or a signal.
  int ReplayOnce(int signals) {
    bool complete = false;
    {
      ProgressBar bar;
      complete = ReplayFiles(
          [&](const ReplayProgress& progress) {
            DrainNotices();
            bar.Show(progress, std::chrono::steady_clock::now());
          },
          [this, signals] {
            if (SignalCame(signals)) stop_ = true;
            return stop_.load();
          });
    }
    DrainNotices();
    WriteToStandardOutput(exposition_, intake_.TakeSnapshot());
    return complete ? 0 : kExitFailure;
  }

  static bool SignalCame(int signals) {
    signalfd_siginfo info{};
    return read(signals, &info, sizeof(info)) == sizeof(info);
  }

  void WaitForEnd(int signals) {
    const auto end = std::chrono::steady_clock::now() +
                     options_.config.accounting.averaging_period;
    while (!SignalCame(signals)) {
      int patience = -1;
      if (options_.once) {
        const auto left = end - std::chrono::steady_clock::now();
        if (left <= 0s) return;
        // At most an hour at a time: the milliseconds must fit an int.
        patience =
            static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(
                                 std::min<std::chrono::nanoseconds>(left, 1h))
                                 .count());
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
  // Owned by the accounting thread while it runs.
  Intake intake_;
  bool complete_ = true;
  // Shared; each is safe from any thread.
  std::atomic<bool> stop_ = false;
  Wakeup wakeup_;
  NoticeQueue notices_;
  const Exposition exposition_;
  SnapshotExchange snapshots_;
  ReportArchive reports_;
  // Main opens it, the accounting thread runs it.
  LiveLoop live_;
  Router router_;
  std::optional<HttpServer> server_;
};

}  // namespace

int Run(const Options& options) { return App(options).Run(); }

}  // namespace ipband
