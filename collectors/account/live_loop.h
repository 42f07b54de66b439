// SPDX-License-Identifier: Apache-2.0
//
// Live capture: opens what the configuration asks for, reads all captures in
// turn, reopens what went away, and does between two turns what is due by the
// clock. Run is the accounting thread; Open is called before it, by the thread
// that starts the program.
#pragma once

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "collectors/account/intake.h"
#include "collectors/account/notice.h"
#include "collectors/account/snapshot_exchange.h"
#include "collectors/account/wakeup.h"
#include "collectors/capture/interfaces.h"
#include "collectors/capture/live.h"

namespace ipband {

struct ClockReading {
  std::chrono::nanoseconds wall{};    // since the epoch
  std::chrono::nanoseconds steady{};  // since some moment
};
using Clock = std::function<ClockReading()>;

class LiveLoop {
 public:
  LiveLoop(const CaptureOptions& options, Intake& intake, Wakeup& wakeup);

  struct Surroundings {
    Clock clock;
    NoticeSink notice;
    SnapshotExchange* snapshots = nullptr;
    std::function<bool()> stop;  // asked once a turn
    // All captures had their turn: what several of them decided in it is one.
    // Many times a second; what is due once in a while goes by the reading.
    std::function<void(ClockReading)> turn_over = [](ClockReading) {};
  };
  using Captures = std::vector<std::pair<std::string, LinkType>>;
  // Throws nothing; what could not be opened is retried by Run.
  struct Opened {
    struct Failure {
      std::string interface;
      OpenFailure failure = OpenFailure::kNone;
      std::string detail;
    };
    size_t wanted = 0;
    std::vector<Failure> failures;
    Captures captures;
  };
  Opened Open(const Surroundings& surroundings);

  // Between two batches. Those that are open now.
  Captures captures() const;
  // Why a filter of these options cannot be used on an interface that is open;
  // empty if all can.
  std::string FilterProblem(const CaptureOptions& options) const;
  // Other options, from now on, between two turns. What they mean alike is not
  // touched: another filter is installed on the capture that is open, and only
  // other options of opening open it again.
  void Reconfigure(const CaptureOptions& options,
                   const Surroundings& surroundings);

  // Until `stop` says so; what the rings hold then is still counted.
  void Run(const Surroundings& surroundings);

 private:
  struct Line {
    CaptureId id = 0;
    WantedInterface wanted;
    bool is_wanted = true;
    bool reopens = false;                  // with other options
    std::chrono::nanoseconds wanted_at{};  // when it last was
    LiveCapture capture;
    uint32_t index = 0;  // of the interface that is open
    uint32_t mtu = 0;
    std::vector<Prefix> networks;  // of the interface's own addresses
    uint64_t buffer_bytes = 0;
    // libpcap's drop counters start at 0 with each opening.
    pcap_stat last_stats{};
    std::chrono::nanoseconds retry_at{};
    std::chrono::seconds backoff{1};
    OpenFailure told = OpenFailure::kNone;  // the failure last told of
    bool told_not_local = false;
    bool is_open() const { return capture.handle != nullptr; }
  };

  void Refresh(const Surroundings& surroundings, ClockReading now);
  std::vector<Interface> Candidates() const;
  void Adopt(const std::vector<WantedInterface>& wanted,
             const Surroundings& surroundings, ClockReading now);
  void Reopen(Line& line, ClockReading now);
  void Filter(Line& line, const std::string& filter,
              const Surroundings& surroundings, ClockReading now);
  Line* LineFor(const WantedInterface& wanted, ClockReading now);
  void OpenLine(Line& line, const Surroundings& surroundings, ClockReading now);
  void Follow(Line& line, const Interface* interface,
              const Surroundings& surroundings, ClockReading now);
  void Lose(Line& line, OpenFailure failure, const std::string& detail,
            const Surroundings& surroundings, ClockReading now);
  uint64_t BufferFor(const Line& line) const;
  void Tell(Line& line, const Surroundings& surroundings);
  void Close(Line& line);

  void Wait(bool more);
  int ReadAll(const Surroundings& surroundings);
  int Read(Line& line, ClockReading now);
  void UpdateStats(Line& line);
  ClockReading ReadClock(const Surroundings& surroundings);
  void EverySecond(const Surroundings& surroundings, ClockReading now);
  void CheckLocal(Line& line, const Surroundings& surroundings);
  void Publish(SnapshotExchange& snapshots);

  CaptureOptions options_;
  Intake& intake_;
  Wakeup& wakeup_;
  std::vector<Line> lines_;
  std::vector<Interface> present_;
  std::optional<std::string> default_route_;  // the last there was
  std::vector<pollfd> descriptors_;
  std::chrono::nanoseconds next_second_{};
  std::chrono::nanoseconds clock_offset_{};  // wall less steady
  bool clock_known_ = false;
  bool told_too_many_ = false;
};

}  // namespace ipband
