// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_writer.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <random>

#include "exporter/state/state_json.h"
#include "tests/unit/exporter/state/captured_log.h"
#include "tests/unit/exporter/state/child.h"
#include "tests/unit/exporter/state/some_meters.h"
#include "tests/unit/exporter/state/some_state.h"
#include "tests/unit/exporter/state/temp_directory.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

using TrafficWriter = StateWriter<TrafficState>;
using MetersWriter = StateWriter<MetersState>;

constexpr seconds kNever = std::chrono::hours(24);

bool Happens(const std::function<bool()>& condition) {
  const auto deadline = steady_clock::now() + seconds(30);
  while (!condition()) {
    if (steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

std::shared_ptr<const TrafficState> StateOf(int64_t saved_at) {
  TrafficState state = SomeState();
  state.saved_at = saved_at;
  return std::make_shared<const TrafficState>(std::move(state));
}

// Another one for each state that was written.
ino_t InodeOf(const std::string& file) {
  struct stat status {};
  EXPECT_EQ(stat(file.c_str(), &status), 0);
  return status.st_ino;
}

class StateWriterTest : public testing::Test {
 protected:
  // Of the state on the disk; -1 if there is none.
  int64_t SavedAt() const {
    const std::string text = TextOf(file_);
    return text.empty() ? -1 : ParseStateJson(text).saved_at;
  }

  // The directory is gone until it is put back.
  void TakeAway() const { fs::rename(temp_.path(), away_); }
  void PutBack() const { fs::rename(away_, temp_.path()); }

  const TempDirectory temp_;
  const std::string file_ = temp_ / "state.json";
  const std::string away_ = temp_.path() + ".away";
};

TEST_F(StateWriterTest, SavesWithoutBeingAskedTwice) {
  StateDirectory directory(temp_.path());
  TrafficWriter writer(directory, kNever);
  writer.Save(StateOf(1));
  EXPECT_TRUE(Happens([&] { return SavedAt() == 1; }));
  writer.Save(StateOf(2));
  EXPECT_TRUE(Happens([&] { return SavedAt() == 2; }));
}

TEST_F(StateWriterTest, FinishWritesWhatWaits) {
  StateDirectory directory(temp_.path());
  for (int64_t i = 0; i < 20; ++i) {
    TrafficWriter writer(directory, kNever);
    writer.Save(StateOf(i));
    writer.Finish();
    EXPECT_EQ(SavedAt(), i);
    writer.Finish();  // once more does no harm
    writer.Save(StateOf(99));
  }
  EXPECT_EQ(SavedAt(), 19);
}

TEST_F(StateWriterTest, WritesNothingIfNothingWasSaved) {
  StateDirectory directory(temp_.path());
  TrafficWriter(directory, kNever).Finish();
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(StateWriterTest, TheLatestWinsAndTheReplacedAreFreed) {
  StateDirectory directory(temp_.path());
  std::vector<std::weak_ptr<const TrafficState>> states;
  TrafficWriter writer(directory, kNever);
  for (int64_t i = 0; i < 2000; ++i) {
    auto state = StateOf(i);
    states.emplace_back(state);
    writer.Save(std::move(state));
    const auto alive =
        std::count_if(states.begin(), states.end(),
                      [](const auto& each) { return !each.expired(); });
    EXPECT_LE(alive, 2);  // one is being written, one waits
  }
  writer.Finish();
  EXPECT_EQ(SavedAt(), 1999);
}

TEST_F(StateWriterTest, TakesStatesFromSeveralThreads) {
  StateDirectory directory(temp_.path());
  TrafficWriter writer(directory, kNever);
  std::vector<std::thread> threads;
  for (int64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&writer, thread] {
      for (int64_t i = 0; i < 100; ++i) writer.Save(StateOf(thread));
    });
  }
  for (std::thread& thread : threads) thread.join();
  writer.Save(StateOf(7));
  writer.Finish();
  EXPECT_EQ(SavedAt(), 7);
}

TEST_F(StateWriterTest, TriesAgainByItselfUntilTheDirectoryIsBack) {
  const CapturedLog log;
  StateDirectory directory(temp_.path());
  TrafficWriter writer(directory, milliseconds(5));
  writer.Save(StateOf(1));
  ASSERT_TRUE(Happens([&] { return SavedAt() == 1; }));
  TakeAway();
  writer.Save(StateOf(2));
  EXPECT_TRUE(Happens([&] { return log.Lines() == 1; }));
  PutBack();
  EXPECT_TRUE(Happens([&] { return SavedAt() == 2; }));
  EXPECT_TRUE(Happens([&] { return log.Lines() == 2; }));
  EXPECT_NE(log.Text().find("level=error component=state msg=\"cannot save the "
                            "state\" file=state.json err=\"cannot open " +
                            (temp_ / "lock") + ": No such file or directory\""),
            std::string::npos)
      << log.Text();
  EXPECT_NE(log.Text().find("level=info component=state msg=\"the state is "
                            "saved again\" directory=" +
                            temp_.path() + " file=state.json"),
            std::string::npos)
      << log.Text();
}

TEST_F(StateWriterTest, TriesAgainWithTheNextSave) {
  const CapturedLog log;
  StateDirectory directory(temp_.path());
  TrafficWriter writer(directory, kNever);
  TakeAway();
  writer.Save(StateOf(1));
  EXPECT_TRUE(Happens([&] { return log.Lines() == 1; }));
  PutBack();
  EXPECT_EQ(SavedAt(), -1);
  writer.Save(StateOf(2));
  EXPECT_TRUE(Happens([&] { return SavedAt() == 2; }));
}

TEST_F(StateWriterTest, LogsFailuresOnceAMinuteAndGivesUpAtTheEnd) {
  const CapturedLog log;
  StateDirectory directory(temp_.path());
  // In the way of the new file.
  fs::create_directories(temp_ / "state.json.new/x");
  TrafficWriter writer(directory, milliseconds(1));
  writer.Save(StateOf(1));
  for (int attempt = 0; attempt < 5; ++attempt) {
    fs::remove(temp_ / "lock");  // each attempt makes a new one
    EXPECT_TRUE(Happens([&] { return fs::exists(temp_ / "lock"); }));
  }
  writer.Finish();
  EXPECT_EQ(log.Lines(), 1) << log.Text();
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(StateWriterTest, FinishTriesOnceMoreWhatHadFailed) {
  const CapturedLog log;
  StateDirectory directory(temp_.path());
  TrafficWriter writer(directory, kNever);
  TakeAway();
  writer.Save(StateOf(1));
  EXPECT_TRUE(Happens([&] { return log.Lines() == 1; }));
  PutBack();
  writer.Finish();
  EXPECT_EQ(SavedAt(), 1);
}

// Root may write anywhere: as root the effective user changes meanwhile.
TEST_F(StateWriterTest, OutlivesALossOfItsRights) {
  const CapturedLog log;
  StateDirectory directory(temp_.path());
  const bool root = geteuid() == 0;
  {
    TrafficWriter first(directory, kNever);
    first.Save(StateOf(1));
  }
  const ino_t saved = InodeOf(file_);
  fs::permissions(temp_.path(), fs::perms(0555));
  if (root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  TrafficWriter writer(directory, milliseconds(5));
  writer.Save(StateOf(2));
  EXPECT_TRUE(Happens([&] { return log.Lines() == 1; }));
  // Now, not as root: its next try comes at once, and succeeds.
  EXPECT_EQ(InodeOf(file_), saved);
  if (root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  EXPECT_NE(log.Text().find("Permission denied"), std::string::npos);
  fs::permissions(temp_.path(), fs::perms::owner_all);
  EXPECT_TRUE(Happens([&] { return SavedAt() == 2; }));
}

TEST_F(StateWriterTest, AKilledProcessLeavesAWholeState) {
  std::mt19937 random(20261121);
  int64_t reached = 0;
  for (int round = 0; round < 50; ++round) {
    const int64_t begin = reached;
    Child child([&] {
      StateDirectory directory(temp_.path());
      TrafficWriter writer(directory);
      for (int64_t i = begin + 1;; ++i) writer.Save(StateOf(i));
      return true;
    });
    // Some writes later, at whatever the child is just doing.
    int64_t seen = begin;
    for (auto changes = random() % 5 + 1; changes > 0; --changes) {
      const int64_t last = seen;
      ASSERT_TRUE(Happens([&] { return (seen = SavedAt()) > last; }));
    }
    child.Kill();
    ASSERT_NO_THROW(reached = SavedAt());
    ASSERT_GE(reached, seen);
    StateDirectory directory(temp_.path());  // the lock went with the process
    ASSERT_EQ(directory.ReadTraffic(), *StateOf(reached));
  }
}

TEST_F(StateWriterTest, SavesMetersToAFileOfTheirOwn) {
  StateDirectory directory(temp_.path());
  MetersWriter writer(directory, kNever);
  writer.Save(std::make_shared<const MetersState>(SomeMeters()));
  writer.Finish();
  EXPECT_EQ(directory.ReadMeters(), SomeMeters());
  EXPECT_FALSE(fs::exists(file_));
}

TEST_F(StateWriterTest, MetersThatTakeLongDelayNoDecision) {
  StateDirectory directory(temp_.path());
  MetersWriter meters(directory, kNever);
  TrafficWriter traffic(directory, kNever);
  const auto large = std::make_shared<const MetersState>(MetersWith(1'000'000));
  int64_t saved_at = 0;
  // Once is enough: a busy machine may stop any thread for a while.
  EXPECT_TRUE(Happens([&] {
    meters.Save(large);
    traffic.Save(StateOf(++saved_at));
    EXPECT_TRUE(Happens([&] { return SavedAt() == saved_at; }));
    const bool still_busy = meters.busy();
    EXPECT_TRUE(Happens([&] { return !meters.busy(); }));
    return still_busy;
  }));
  EXPECT_TRUE(fs::exists(temp_ / "meters.json"));
}

TEST_F(StateWriterTest, IsNotBusyWithWhatItCannotWrite) {
  const CapturedLog log;
  StateDirectory directory(temp_.path());
  MetersWriter writer(directory, kNever);
  EXPECT_FALSE(writer.busy());
  TakeAway();
  writer.Save(std::make_shared<const MetersState>(SomeMeters()));
  EXPECT_TRUE(Happens([&] { return !writer.busy(); }));
  EXPECT_NE(log.Text().find("msg=\"cannot save the state\" file=meters.json "),
            std::string::npos)
      << log.Text();
  PutBack();
}

}  // namespace
}  // namespace ipband
