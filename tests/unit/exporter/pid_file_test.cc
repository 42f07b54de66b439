// SPDX-License-Identifier: Apache-2.0
#include "exporter/pid_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "tests/unit/exporter/temp_file.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

std::string TextOf(const std::string& name) {
  std::ifstream file(name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// A child that holds the file until it is told to end.
class Holder {
 public:
  explicit Holder(const std::string& name) {
    EXPECT_EQ(pipe(ready_), 0);
    EXPECT_EQ(pipe(end_), 0);
    child_ = fork();
    if (child_ == 0) {
      close(end_[1]);
      char byte = 0;
      const PidFile file(name);
      if (write(ready_[1], &byte, 1) != 1) _exit(1);
      [[maybe_unused]] const ssize_t got = read(end_[0], &byte, 1);
      _exit(0);  // as if killed: the file stays
    }
    char byte = 0;
    EXPECT_EQ(read(ready_[0], &byte, 1), 1);
  }
  ~Holder() {
    for (const int descriptor : {ready_[0], ready_[1], end_[0], end_[1]}) {
      close(descriptor);
    }
    waitpid(child_, nullptr, 0);
  }

  pid_t child() const { return child_; }

 private:
  int ready_[2] = {};
  int end_[2] = {};
  pid_t child_ = -1;
};

TEST(PidFile, HoldsTheNumberAndGoesWithTheProgram) {
  const TempFile place("");
  const std::string name = place.path() + ".pid";
  {
    const PidFile file(name);
    EXPECT_EQ(TextOf(name), std::to_string(getpid()) + "\n");
    struct stat status {};
    ASSERT_EQ(stat(name.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777 & ~0644u, 0u);
  }
  EXPECT_FALSE(std::filesystem::exists(name));
}

// ipfm: any living process of that number was in the way.
TEST(PidFile, OverwritesWhatNobodyHolds) {
  const TempFile place("1\nand a lot more than a number\n");
  const PidFile file(place.path());
  EXPECT_EQ(TextOf(place.path()), std::to_string(getpid()) + "\n");
}

TEST(PidFile, IsRefusedWhileAnotherProcessHoldsIt) {
  const TempFile place("");
  {
    const Holder holder(place.path());
    EXPECT_EQ(ErrorOf([&] { PidFile file(place.path()); }),
              "ipband_exporter: error: already running as process " +
                  std::to_string(holder.child()) + " (" + place.path() +
                  " is locked)");
    EXPECT_EQ(TextOf(place.path()), std::to_string(holder.child()) + "\n");
  }
  // It was killed: what it left is no obstacle.
  const PidFile file(place.path());
  EXPECT_EQ(TextOf(place.path()), std::to_string(getpid()) + "\n");
}

TEST(PidFile, LeavesTheFileOfAnotherAlone) {
  const TempFile place("");
  const std::string name = place.path() + ".pid";
  auto first = std::make_unique<PidFile>(name);
  unlink(name.c_str());
  const PidFile second(name);
  first.reset();
  EXPECT_EQ(TextOf(name), std::to_string(getpid()) + "\n");
}

TEST(PidFile, TellsWhyItCannotBeWritten) {
  EXPECT_EQ(ErrorOf([] { PidFile file("/nowhere/x.pid"); }),
            "ipband_exporter: error: cannot write the process id to "
            "/nowhere/x.pid: No such file or directory");
  const TempFile place("untouched");
  const std::string link = place.path() + ".link";
  ASSERT_EQ(symlink(place.path().c_str(), link.c_str()), 0);
  EXPECT_NE(ErrorOf([&] { PidFile file(link); }), "");
  EXPECT_EQ(TextOf(place.path()), "untouched");
  unlink(link.c_str());
}

}  // namespace
}  // namespace ipband
