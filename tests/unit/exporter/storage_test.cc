// SPDX-License-Identifier: Apache-2.0
#include "exporter/storage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "exporter/error.h"
#include "tests/unit/exporter/state/captured_log.h"
#include "tests/unit/exporter/state/some_meters.h"
#include "tests/unit/exporter/state/some_state.h"
#include "tests/unit/exporter/state/temp_directory.h"

namespace ipband {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class StorageTest : public testing::Test {
 protected:
  StorageOptions Options() const {
    return {.path = temp_.path(), .checkpoint = 10s};
  }
  SavedState Saved(bool meters) const {
    return Storage(Options(), meters).Open(false, 1763756431);
  }
  static bool BecomesDue(Storage& storage, std::chrono::nanoseconds now) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (!storage.MetersCheckpointIsDue(now)) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  const TempDirectory temp_;
  const std::string meters_file_ = temp_ / "meters.json";
};

TEST_F(StorageTest, WithoutAPathNothingIsKept) {
  Storage storage({}, true);
  const SavedState saved = storage.Open(false, 0);
  EXPECT_FALSE(saved.traffic.has_value());
  EXPECT_FALSE(saved.meters.has_value());
  EXPECT_FALSE(storage.open());
  EXPECT_FALSE(storage.CheckpointIsDue(1h));
  EXPECT_FALSE(storage.MetersCheckpointIsDue(1h));
  storage.Finish();
}

TEST_F(StorageTest, GivesBackWhatAFormerRunHasSaved) {
  {
    Storage storage(Options(), true);
    storage.Open(false, 0);
    storage.Save(SomeState(), 0s);
    storage.SaveMeters(SomeMeters(), 0s);
    storage.Finish();
  }
  const CapturedLog log;
  const SavedState saved = Saved(true);
  EXPECT_EQ(saved.traffic, SomeState());
  EXPECT_EQ(saved.meters, SomeMeters());
  EXPECT_NE(log.Text().find("msg=\"going on with what was saved\" directory=" +
                            temp_.path() + " age=0s"),
            std::string::npos)
      << log.Text();
}

TEST_F(StorageTest, ADamagedFileCostsOnlyItself) {
  {
    Storage storage(Options(), true);
    storage.Open(false, 0);
    storage.Save(SomeState(), 0s);
    storage.SaveMeters(SomeMeters(), 0s);
    storage.Finish();
  }
  const CapturedLog log;
  SetText(meters_file_, "x");
  EXPECT_EQ(Saved(true).traffic, SomeState());
  EXPECT_TRUE(fs::exists(meters_file_ + ".damaged"));
  EXPECT_EQ(log.Lines(), 2) << log.Text();
}

TEST_F(StorageTest, WithoutMetersTheirFileStaysAsItIs) {
  const CapturedLog log;
  SetText(meters_file_, "even if it is damaged");
  Storage storage(Options(), false);
  EXPECT_FALSE(storage.Open(false, 0).meters.has_value());
  storage.Save(SomeState(), 0s);
  storage.SaveMeters({.saved_at = 5}, 0s);
  storage.Finish();
  EXPECT_EQ(TextOf(meters_file_), "even if it is damaged");
  EXPECT_EQ(log.Text(), "");
}

TEST_F(StorageTest, CheckpointsAreDueOneByOne) {
  Storage storage(Options(), true);
  storage.Open(false, 0);
  EXPECT_TRUE(storage.CheckpointIsDue(0s));
  EXPECT_TRUE(storage.MetersCheckpointIsDue(0s));
  storage.SaveMeters(SomeMeters(), 0s);
  storage.Save(SomeState(), 5s);  // a decision
  EXPECT_FALSE(storage.MetersCheckpointIsDue(10s - 1ns));
  EXPECT_FALSE(storage.CheckpointIsDue(15s - 1ns));
  EXPECT_TRUE(storage.CheckpointIsDue(15s));
  EXPECT_TRUE(BecomesDue(storage, 10s));
}

TEST_F(StorageTest, MetersWaitWhileTheLastOnesAreBeingWritten) {
  Storage storage(Options(), true);
  storage.Open(false, 0);
  const MetersState large = MetersWith(1'000'000);
  const auto deadline = std::chrono::steady_clock::now() + 30s;
  // Once is enough: a busy machine may stop any thread for a while.
  bool waits = false;
  while (!waits && std::chrono::steady_clock::now() < deadline) {
    storage.SaveMeters(large, 0s);
    waits = !storage.MetersCheckpointIsDue(1h);
    EXPECT_TRUE(BecomesDue(storage, 1h));
  }
  EXPECT_TRUE(waits);
  EXPECT_TRUE(fs::exists(meters_file_));
}

TEST_F(StorageTest, ADumpIsSavedAsToldOnceItIsWritten) {
  Storage storage(Options(), true);
  storage.Open(false, 1763756431);
  storage.SaveMeters(SomeMeters(), 0s);
  storage.DumpTold(5s);
  storage.DumpTold(14s);  // does not put it off any longer
  EXPECT_TRUE(storage.awaits_dumps());
  EXPECT_FALSE(storage.MetersCheckpointIsDue(15s - 1ns));
  EXPECT_TRUE(BecomesDue(storage, 15s));
  storage.DumpsWritten();
  EXPECT_FALSE(storage.awaits_dumps());
  EXPECT_TRUE(BecomesDue(storage, 6s));
}

TEST_F(StorageTest, APathThatIsInUseIsAnErrorOnlyIfNamed) {
  Storage first(Options(), true);
  first.Open(false, 0);
  Storage second(Options(), true);
  EXPECT_THROW(second.Open(false, 0), Error);
  const CapturedLog log;
  Storage third(Options(), true);
  EXPECT_FALSE(third.Open(true, 0).meters.has_value());
  EXPECT_FALSE(third.open());
  EXPECT_EQ(log.Lines(), 1) << log.Text();
}

}  // namespace
}  // namespace ipband
