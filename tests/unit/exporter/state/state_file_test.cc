// SPDX-License-Identifier: Apache-2.0
#include "exporter/state/state_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <thread>

#include "exporter/state/state_json.h"
#include "tests/unit/exporter/state/captured_log.h"
#include "tests/unit/exporter/state/child.h"
#include "tests/unit/exporter/state/some_state.h"
#include "tests/unit/exporter/state/temp_directory.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

namespace fs = std::filesystem;

mode_t ModeOf(const std::string& path) {
  struct stat about {};
  return stat(path.c_str(), &about) == 0 ? about.st_mode & 07777 : 0;
}

std::string InUse(const std::string& path) {
  return "ipband_exporter: error: " + path +
         " is in use by another ipband_exporter; give each its own "
         "--storage.path";
}

class StateFileTest : public testing::Test {
 protected:
  // What Read logs, and that it gives nothing.
  std::string WarningOnRead(StateDirectory& directory) {
    const CapturedLog log;
    EXPECT_FALSE(directory.ReadTraffic().has_value());
    EXPECT_EQ(log.Lines(), 1) << log.Text();
    return log.Text();
  }

  const TempDirectory temp_;
  const std::string file_ = temp_ / "state.json";
  const std::string damaged_ = temp_ / "state.json.damaged";
};

TEST_F(StateFileTest, MakesTheDirectoryAndItsParents) {
  const mode_t before = umask(0);
  const StateDirectory directory(temp_ / "a/b/c//");
  umask(before);
  EXPECT_EQ(directory.path(), temp_ / "a/b/c");
  EXPECT_EQ(ModeOf(temp_ / "a/b/c"), 0750U);
}

TEST_F(StateFileTest, SaysWhyADirectoryCannotBeMade) {
  const std::string file = temp_ / "file";
  SetText(file, "");
  EXPECT_EQ(
      ErrorOf([&] { StateDirectory{file}; }),
      "ipband_exporter: error: cannot open " + file + "/lock: Not a directory");
  EXPECT_EQ(
      ErrorOf([&] { StateDirectory{file + "/below"}; }),
      "ipband_exporter: error: cannot create " + file + ": Not a directory");
}

TEST_F(StateFileTest, ReadsNothingWithoutAWarningAtFirst) {
  StateDirectory directory(temp_.path());
  const CapturedLog log;
  EXPECT_FALSE(directory.ReadTraffic().has_value());
  EXPECT_EQ(log.Text(), "");
}

TEST_F(StateFileTest, ReadsBackWhatWasWrittenByAnEarlierProcess) {
  Child writer([&] {
    StateDirectory(temp_.path()).Write(SomeState());
    return true;
  });
  ASSERT_TRUE(writer.Succeeds());
  StateDirectory directory(temp_.path());
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
  EXPECT_EQ(ModeOf(file_) & 07137, 0U);  // at most 0640
}

TEST_F(StateFileTest, LeavesNothingButTheStateAndTheLock) {
  StateDirectory directory(temp_.path());
  SetText(temp_ / "state.json.new", "left by a process that was killed");
  directory.Write(SomeState());
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(temp_.path())) {
    names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"lock", "state.json"}));
}

TEST_F(StateFileTest, DoesNotWriteThroughALink) {
  StateDirectory directory(temp_.path());
  SetText(temp_ / "other", "mine");
  fs::create_symlink("other", temp_ / "state.json.new");
  fs::create_symlink("other", file_);
  directory.Write(SomeState());
  EXPECT_EQ(TextOf(temp_ / "other"), "mine");
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
}

TEST_F(StateFileTest, WhoeverReadsSeesAWholeState) {
  StateDirectory directory(temp_.path());
  directory.Write(TrafficState());
  Child writer([&] {
    TrafficState state = SomeState();
    for (state.saved_at = 1;; ++state.saved_at) {
      // Of two very different lengths.
      state.captures[0].subnets.resize(state.saved_at % 2 == 0 ? 1000 : 0);
      for (uint32_t i = 0; i < state.captures[0].subnets.size(); ++i) {
        state.captures[0].subnets[i].subnet = {Address::V4(i), 32};
      }
      directory.Write(state);
    }
    return true;
  });
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::seconds(60);
  for (int64_t seen = 0; seen < 200;) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    const std::string text = TextOf(file_);
    ASSERT_NO_THROW(seen = ParseStateJson(text).saved_at) << text;
  }
}

TEST_F(StateFileTest, KeepsADamagedFileAside) {
  StateDirectory directory(temp_.path());
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
  directory.Write(SomeState());
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
  EXPECT_EQ(TextOf(damaged_), "{\"version\":1,");
}

TEST_F(StateFileTest, SaysWhenADamagedFileCannotBeKeptAside) {
  StateDirectory directory(temp_.path());
  SetText(file_, "");
  fs::create_directories(damaged_);
  EXPECT_NE(WarningOnRead(directory).find("kept=\"no: Is a directory\""),
            std::string::npos);
}

TEST_F(StateFileTest, ReadsAtMost64MiB) {
  StateDirectory directory(temp_.path());
  directory.Write(SomeState());
  // Unknown keys of 32 KiB each, then spaces.
  std::string text = TextOf(file_);
  std::string filler;
  while (text.size() + filler.size() + 32769 < size_t{64} << 20) {
    filler.append("\"x\":").append(32762, ' ').append("1,\n");
  }
  text.insert(1, filler);
  SetText(file_, text.append((size_t{64} << 20) - text.size(), ' '));
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
  std::ofstream(file_, std::ios::app) << ' ';
  EXPECT_NE(WarningOnRead(directory).find("err=\"it has more than 64 MiB\""),
            std::string::npos);
}

TEST_F(StateFileTest, WritesNothingThatIsTooLargeToBeReadBack) {
  StateDirectory directory(temp_.path());
  directory.Write(SomeState());
  TrafficState state = {.captures = {{.interface = "eth0"}}};
  SubnetState row = SomeState().captures[0].subnets[0];
  for (uint32_t i = 0; i < 250'000; ++i) {
    row.subnet = {Address::V4(i), 32};
    state.captures[0].subnets.push_back(row);
  }
  EXPECT_EQ(ErrorOf([&] { directory.Write(state); }),
            "ipband_exporter: error: cannot write " + file_ +
                ".new: it would have more than 64 MiB");
  EXPECT_FALSE(fs::exists(file_ + ".new"));
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
}

TEST_F(StateFileTest, DoesNotWaitForAPipeOrReadADirectory) {
  StateDirectory directory(temp_.path());
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_NE(WarningOnRead(directory).find("err=\"it is not a plain file\""),
            std::string::npos);
  fs::remove(damaged_);
  ASSERT_TRUE(fs::create_directory(file_));
  EXPECT_NE(WarningOnRead(directory).find("err=\"it is not a plain file\""),
            std::string::npos);
}

TEST_F(StateFileTest, KeepsASecondProcessOut) {
  const auto taken = [&] {
    return ErrorOf([&] { StateDirectory{temp_.path()}; }) ==
           InUse(temp_.path());
  };
  {
    const StateDirectory directory(temp_.path());
    Child second(taken);
    EXPECT_TRUE(second.Succeeds());
    EXPECT_TRUE(taken());  // nor a second one of the same process
  }
  Child second(
      [&] { return ErrorOf([&] { StateDirectory{temp_.path()}; }).empty(); });
  EXPECT_TRUE(second.Succeeds());
}

TEST_F(StateFileTest, DoesNotHandItsLockToOtherPrograms) {
  const StateDirectory directory(temp_.path());
  // Programs the child starts see only what stays open.
  const std::string list = "ls -l /proc/self/fd > " + (temp_ / "open");
  ASSERT_EQ(std::system(list.c_str()), 0);
  EXPECT_EQ(TextOf(temp_ / "open").find("/lock"), std::string::npos);
}

TEST_F(StateFileTest, TakesTheLockAgainAfterTheDirectoryWasCleared) {
  StateDirectory directory(temp_.path());
  fs::remove(temp_ / "lock");
  directory.Write(SomeState());
  EXPECT_EQ(ErrorOf([&] { StateDirectory{temp_.path()}; }),
            InUse(temp_.path()));
}

TEST_F(StateFileTest, DoesNotWriteOverWhoTookTheClearedDirectory) {
  StateDirectory directory(temp_.path());
  fs::remove(temp_ / "lock");
  StateDirectory second(temp_.path());
  EXPECT_EQ(ErrorOf([&] { directory.Write(TrafficState()); }),
            InUse(temp_.path()));
  EXPECT_FALSE(fs::exists(file_));
}

// Writing stops in the middle, as on a full disk.
TEST_F(StateFileTest, AFailedWriteLeavesTheLastStateAndNothingElse) {
  StateDirectory directory(temp_.path());
  directory.Write(SomeState());
  TrafficState state = {.captures = {{.interface = "eth0"}}};
  for (uint32_t i = 0; i < 1000; ++i) {
    state.captures[0].subnets.push_back({.subnet = {Address::V4(i), 32}});
  }
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit limit{4096, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  const std::string said = ErrorOf([&] { directory.Write(state); });
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(said, "ipband_exporter: error: cannot write " + file_ +
                      ".new: File too large");
  EXPECT_FALSE(fs::exists(file_ + ".new"));
  EXPECT_EQ(directory.ReadTraffic(), SomeState());
  directory.Write(state);
  EXPECT_EQ(directory.ReadTraffic(), state);
}

TEST_F(StateFileTest, SaysWhyItCannotReplaceTheFile) {
  StateDirectory directory(temp_.path());
  fs::create_directories(file_);
  EXPECT_EQ(
      ErrorOf([&] { directory.Write(TrafficState()); }),
      "ipband_exporter: error: cannot write " + file_ + ": Is a directory");
  EXPECT_FALSE(fs::exists(file_ + ".new"));
}

}  // namespace
}  // namespace ipband
