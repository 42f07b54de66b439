// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "exporter/state/state_file.h"
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
using std::chrono::seconds;
using std::chrono::steady_clock;

size_t SizeOf(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 ? static_cast<size_t>(about.st_size)
                                         : 0;
}

class MetersFileTest : public testing::Test {
 protected:
  // What ReadMeters logs, and that it gives nothing.
  std::string WarningOnRead(const StateDirectory& directory) {
    const CapturedLog log;
    EXPECT_FALSE(directory.ReadMeters().has_value());
    EXPECT_EQ(log.Lines(), 1) << log.Text();
    return log.Text();
  }

  const TempDirectory temp_;
  const std::string file_ = temp_ / "meters.json";
  const std::string damaged_ = temp_ / "meters.json.damaged";
};

TEST_F(MetersFileTest, ReadsNothingWithoutAWarningAtFirst) {
  const StateDirectory directory(temp_.path());
  const CapturedLog log;
  EXPECT_FALSE(directory.ReadMeters().has_value());
  EXPECT_EQ(log.Text(), "");
}

TEST_F(MetersFileTest, ReadsBackWhatWasWrittenByAnEarlierProcess) {
  Child writer([&] {
    StateDirectory(temp_.path()).Write(SomeMeters());
    return true;
  });
  ASSERT_TRUE(writer.Succeeds());
  const StateDirectory directory(temp_.path());
  EXPECT_EQ(directory.ReadMeters(), SomeMeters());
  EXPECT_FALSE(directory.ReadTraffic().has_value());
}

TEST_F(MetersFileTest, ReadsBackMoreThanOnePiece) {
  StateDirectory directory(temp_.path());
  directory.Write(MetersWith(100'000));
  EXPECT_EQ(directory.ReadMeters(), MetersWith(100'000));
}

TEST_F(MetersFileTest, StandsBesideTheState) {
  StateDirectory directory(temp_.path());
  SetText(temp_ / "meters.json.new", "left by a process that was killed");
  directory.Write(SomeMeters());
  directory.Write(SomeState());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(temp_.path())) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names,
            (std::vector<std::string>{"lock", "meters.json", "state.json"}));
  EXPECT_EQ(directory.ReadMeters(), SomeMeters());
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
}

TEST_F(MetersFileTest, IsKeptAsideWhenDamagedAndTheStateIsNot) {
  StateDirectory directory(temp_.path());
  directory.Write(SomeState());
  SetText(file_, "{\"version\":1,");
  const std::string line = WarningOnRead(directory);
  EXPECT_NE(line.find("level=warn component=state msg=\"the saved state cannot "
                      "be used; starting new\" file=" +
                      file_ + " err=\"the JSON is broken at byte 14\" kept=" +
                      damaged_),
            std::string::npos)
      << line;
  EXPECT_FALSE(fs::exists(file_));
  EXPECT_EQ(TextOf(damaged_), "{\"version\":1,");
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
  directory.Write(SomeMeters());
  EXPECT_EQ(directory.ReadMeters(), SomeMeters());
  EXPECT_EQ(TextOf(damaged_), "{\"version\":1,");
}

// Zeros that take no room on the disk.
TEST_F(MetersFileTest, AHugeFileIsKeptAside) {
  const StateDirectory directory(temp_.path());
  SetText(file_, "");
  fs::resize_file(file_, uint64_t{1} << 40);
  EXPECT_NE(WarningOnRead(directory).find("err=\"it has more than 1024 MiB\""),
            std::string::npos);
  EXPECT_TRUE(fs::exists(damaged_));
}

TEST_F(MetersFileTest, DoesNotWaitForAPipeOrReadADirectory) {
  const StateDirectory directory(temp_.path());
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_NE(WarningOnRead(directory).find("err=\"it is not a plain file\""),
            std::string::npos);
  fs::remove(damaged_);
  ASSERT_TRUE(fs::create_directory(file_));
  EXPECT_NE(WarningOnRead(directory).find("err=\"it is not a plain file\""),
            std::string::npos);
}

TEST_F(MetersFileTest, TooManyMetersLeaveTheLastFileAndNothingElse) {
  StateDirectory directory(temp_.path());
  directory.Write(SomeMeters());
  MetersState state;
  for (int i = 0; i < 65; ++i) state.meters.push_back({std::to_string(i)});
  EXPECT_EQ(ErrorOf([&] { directory.Write(state); }),
            "ipband_exporter: error: there are more than 64 meters");
  EXPECT_FALSE(fs::exists(file_ + ".new"));
  EXPECT_EQ(directory.ReadMeters(), SomeMeters());
}

// Writing stops in the middle, as on a full disk.
TEST_F(MetersFileTest, AFailedWriteLeavesTheLastFileAndNothingElse) {
  StateDirectory directory(temp_.path());
  directory.Write(SomeMeters());
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit limit{1 << 20, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const std::string said =
      ErrorOf([&] { directory.Write(MetersWith(100'000)); });
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(said, "ipband_exporter: error: cannot write " + file_ +
                      ".new: File too large");
  EXPECT_FALSE(fs::exists(file_ + ".new"));
  EXPECT_EQ(directory.ReadMeters(), SomeMeters());
}

// Killed at any time, before the rename too: the file is one of the two, and
// what is left of the new one is in nobody's way.
TEST_F(MetersFileTest, AKilledProcessLeavesAWholeFile) {
  std::mt19937 random(20261122);
  const MetersState small = MetersWith(10);
  const MetersState large = MetersWith(20'000);
  StateDirectory(temp_.path()).Write(small);
  const size_t whole = MetersJson(large).size();
  int left_new = 0;
  for (int round = 0; round < 100; ++round) {
    Child child([&] {
      StateDirectory directory(temp_.path());
      while (true) {
        directory.Write(large);
        directory.Write(small);
      }
      return true;
    });
    // From there it is at whatever it is just doing.
    const size_t begun = random() % whole;
    const auto deadline = steady_clock::now() + seconds(30);
    while (SizeOf(file_ + ".new") < begun) {
      ASSERT_LT(steady_clock::now(), deadline);
    }
    child.Kill();
    left_new += fs::exists(file_ + ".new") ? 1 : 0;
    StateDirectory directory(temp_.path());
    const auto read = directory.ReadMeters();
    ASSERT_TRUE(read == small || read == large);
    directory.Write(SomeMeters());
    ASSERT_EQ(directory.ReadMeters(), SomeMeters());
    ASSERT_FALSE(fs::exists(file_ + ".new"));
    directory.Write(small);
  }
  EXPECT_GT(left_new, 0);
}

// Each file by a thread of its own, while somebody clears away the lock.
TEST_F(MetersFileTest, TwoThreadsWriteSideBySide) {
  StateDirectory directory(temp_.path());
  directory.Write(MetersState());
  directory.Write(TrafficState());
  std::atomic<bool> stop = false;
  std::string failure;
  std::thread meters([&] {
    MetersState state = MetersWith(10'000);
    failure = ErrorOf([&] {
      while (!stop) {
        ++state.saved_at;
        directory.Write(state);
      }
    });
  });
  for (int64_t i = 1; i <= 200; ++i) {
    if (i % 10 == 0) fs::remove(temp_ / "lock");
    TrafficState state = SomeState();
    state.saved_at = i;
    directory.Write(state);
    EXPECT_EQ(ParseStateJson(TextOf(temp_ / "state.json")), state);
  }
  const auto deadline = steady_clock::now() + seconds(30);
  int64_t seen = 0;
  while (seen < 5 && steady_clock::now() < deadline) {
    seen = ParseMetersJson(TextOf(file_)).saved_at;
  }
  stop = true;
  meters.join();
  EXPECT_GE(seen, 5);
  EXPECT_EQ(failure, "");
  EXPECT_THROW(StateDirectory{temp_.path()}, Error);  // the lock is still held
}

TEST_F(MetersFileTest, DoesNotWriteOverWhoTookTheClearedDirectory) {
  StateDirectory directory(temp_.path());
  fs::remove(temp_ / "lock");
  StateDirectory second(temp_.path());
  EXPECT_NE(ErrorOf([&] {
              directory.Write(SomeMeters());
            }).find("is in use by another ipband_exporter"),
            std::string::npos);
  EXPECT_FALSE(fs::exists(file_));
}

}  // namespace
}  // namespace ipband
