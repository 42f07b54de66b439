// SPDX-License-Identifier: Apache-2.0
//
// The real loop on the loopback interface of a network namespace of its own, by
// a clock that is set while it runs.
#include "collectors/account/live_loop.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <thread>

namespace ipband {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kPeriod = 60;

// Until the program ends.
void EnterNetwork() {
  ASSERT_TRUE(unshare(CLONE_NEWNET) == 0 ||
              unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)
      << std::strerror(errno);
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  ifreq loopback{};
  std::memcpy(loopback.ifr_name, "lo", sizeof("lo"));
  loopback.ifr_flags = IFF_UP;
  ASSERT_EQ(ioctl(socket, SIOCSIFFLAGS, &loopback), 0) << std::strerror(errno);
  close(socket);
}

void SendOnePacket() {
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(9);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sendto(socket, "", 1, 0, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  close(socket);
}

// Runs a loop whose clock is set at one of its readings: the first one after a
// period is open, the one after that, and so on.
class ClockIsSet {
 public:
  ClockIsSet(std::chrono::seconds before, int reading)
      : ahead_(before), readings_left_(reading) {}

  void Run() {
    CaptureOptions options;
    options.interfaces = {{.name = "lo"}};
    options.buffer_bytes = uint64_t{1} << 20;
    LiveLoop loop(options, intake_, wakeup_);
    const LiveLoop::Surroundings surroundings = {
        .clock = [this] { return Read(); },
        .notice = [](const Notice&) {},
        .snapshots = &snapshots_,
        .stop = [this] { return Done(); }};
    ASSERT_TRUE(loop.Open(surroundings).failures.empty());
    loop.Run(surroundings);
  }

  uint64_t steps() const { return intake_.TakeSnapshot().clock_steps; }
  int64_t period_end() const {
    return intake_.TakeSnapshot().captures.at(0).period_end;
  }

 private:
  static AccountingOptions Options() {
    AccountingOptions options;
    options.averaging_period = std::chrono::seconds(kPeriod);
    options.local.any = true;
    return options;
  }

  // Stamps are the kernel's, by the time that the clock is set to.
  ClockReading Read() {
    if (period_is_open_ && ahead_ != 0s && readings_left_-- == 0) {
      SendOnePacket();
      // Else it is read in a later turn, which is no harm and no test.
      std::this_thread::sleep_for(300ms);
      ahead_ = 0s;
    }
    return {std::chrono::system_clock::now().time_since_epoch() + ahead_,
            std::chrono::steady_clock::now().time_since_epoch()};
  }

  // Asked once a turn.
  bool Done() {
    SendOnePacket();
    const uint64_t frames = intake_.frames();
    period_is_open_ = frames > 0;
    if (steps() == 0) frames_before_ = frames;
    return steps() > 0 && frames > frames_before_;
  }

  Intake intake_{Options(), {}, 1, {}};
  Wakeup wakeup_;
  SnapshotExchange snapshots_{wakeup_};
  std::chrono::seconds ahead_;
  int readings_left_;
  bool period_is_open_ = false;
  uint64_t frames_before_ = 0;
};

TEST(LiveLoop, MovesPeriodsOnceWhenTheClockIsSetAtAnyReading) {
  ASSERT_NO_FATAL_FAILURE(EnterNetwork());
  for (const std::chrono::seconds before : {-1000s, 1000s}) {
    for (int reading = 0; reading < 3; ++reading) {
      SCOPED_TRACE(std::to_string(before.count()) + " s ahead, reading " +
                   std::to_string(reading));
      ClockIsSet run(before, reading);
      ASSERT_NO_FATAL_FAILURE(run.Run());
      EXPECT_EQ(run.steps(), 1u);
      const int64_t now = time(nullptr);
      EXPECT_GT(run.period_end(), now - kPeriod);
      EXPECT_LE(run.period_end(), now + kPeriod);
    }
  }
}

}  // namespace
}  // namespace ipband
