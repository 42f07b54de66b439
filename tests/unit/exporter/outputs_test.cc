// SPDX-License-Identifier: Apache-2.0
#include "exporter/outputs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "tests/unit/exporter/temp_file.h"

namespace ipband {
namespace {

using Words = std::vector<std::string>;

TEST(Outputs, RelativeNamesAreTakenFromTheCurrentDirectory) {
  const std::string here = std::filesystem::current_path().string();
  Config config;
  config.reports.text = "a.txt";
  config.reports.json = "./x/../b.json";
  config.reports.html = "/c.html";
  config.reports.mail.footer = "d";
  config.storage.path = "e";
  MakePathsAbsolute(config);
  EXPECT_EQ(config.reports.text, here + "/a.txt");
  EXPECT_EQ(config.reports.json, here + "/b.json");
  EXPECT_EQ(config.reports.html, "/c.html");
  EXPECT_EQ(config.reports.mail.footer, here + "/d");
  EXPECT_EQ(config.storage.path, here + "/e");
  EXPECT_EQ(config.reports.directory, "reports");
}

TEST(Outputs, AFolderInTheNameOfADumpStandsForItself) {
  const std::string before = std::filesystem::current_path().string();
  const std::string folder = std::filesystem::temp_directory_path() / "100%d";
  std::filesystem::create_directory(folder);
  std::filesystem::current_path(folder);
  Config config;
  config.meters.resize(2);
  config.meters[0].dump.file = "%Y/../x";
  config.meters[1].dump.file = "/%Y/../x";
  MakePathsAbsolute(config);
  std::filesystem::current_path(before);
  std::filesystem::remove(folder);
  EXPECT_TRUE(config.meters[0].dump.file.ends_with("/100%%d/%Y/../x"))
      << config.meters[0].dump.file;
  EXPECT_EQ(config.meters[1].dump.file, "/%Y/../x");
}

// Missing folders are made; what depends on the time is not looked at.
TEST(Outputs, AFolderOfDumpsThatCannotBeMadeIsTold) {
  const TempFile file("");
  const auto told = [](const std::string& name) {
    Config config;
    config.meters.resize(1);
    config.meters[0].meter.name = "a";
    config.meters[0].dump.file = name;
    return CheckOutputs(config);
  };
  EXPECT_EQ(told("/tmp/not/there/yet/%d"), Words{});
  EXPECT_EQ(told("/tmp/x"), Words{});
  EXPECT_EQ(told(file.path() + "%d/x"), Words{});
  EXPECT_EQ(told(file.path() + "/%d"),
            Words{"meter \"a\": " + file.path() +
                  "/%d cannot be written at present: Not a directory"});
  EXPECT_EQ(told(file.path() + "/a/b/%d").size(), 1u);
  EXPECT_EQ(told(file.path() + "/x%%y/z").size(), 1u);
  EXPECT_EQ(told("/%d/x").size(), access("/", W_OK) == 0 ? 0u : 1u);
}

TEST(Outputs, StandardOutputAndNothingStayAsTheyAre) {
  Config config;
  config.reports.text = "-";
  MakePathsAbsolute(config);
  EXPECT_EQ(config.reports.text, "-");
  EXPECT_EQ(config.reports.json, "");
  EXPECT_EQ(config.reports.mail.footer, "");
  EXPECT_EQ(config.storage.path, "");
  EXPECT_EQ(CheckOutputs(config), Words{});
}

TEST(Outputs, WhatIsThereOrCanBeMadeIsGood) {
  const TempFile file("");
  Config config;
  config.reports.text = file.path();
  config.reports.json = "/dev/null";
  config.reports.html = "/tmp/ipband_test_that_is_not_there.html";
  EXPECT_EQ(CheckOutputs(config), Words{});
}

TEST(Outputs, WhatCannotBeWrittenIsTold) {
  const TempFile file("");
  Config config;
  config.reports.text = "/nowhere/ipband.txt";
  config.reports.json = "/tmp";
  config.reports.html = file.path() + "/x.html";
  const std::string said = " cannot be written at present: ";
  EXPECT_EQ(CheckOutputs(config),
            (Words{"reports.text: /nowhere/ipband.txt" + said +
                       "No such file or directory",
                   "reports.json: /tmp" + said + "Is a directory",
                   "reports.html: " + config.reports.html + said +
                       "Not a directory"}));
}

TEST(Outputs, AFooterIsOnlyMissedWhenMailIsSent) {
  Config config;
  config.reports.mail.footer = "/nowhere/footer";
  EXPECT_EQ(CheckOutputs(config), Words{});
  config.reports.mail.to = {"a@b"};
  EXPECT_EQ(CheckOutputs(config),
            Words{"reports.mail.footer: /nowhere/footer cannot be read at "
                  "present: No such file or directory"});
}

TEST(Outputs, TheDirectoryOfReportsIsLookedAtUnlessItIsTheStorages) {
  const TempFile file("");
  Config config;
  for (const char* good : {"reports", "/tmp", "/tmp/ipband_test_not_there"}) {
    config.reports.directory = good;
    EXPECT_EQ(CheckOutputs(config), Words{}) << good;
  }
  const std::string said = " cannot be written at present: ";
  config.reports.directory = "/nowhere/reports";
  EXPECT_EQ(CheckOutputs(config), Words{"reports.directory: /nowhere/reports" +
                                        said + "No such file or directory"});
  config.reports.directory = file.path();
  EXPECT_EQ(CheckOutputs(config), Words{"reports.directory: " + file.path() +
                                        said + "Not a directory"});
}

TEST(Outputs, AMailCommandIsOnlyMissedWhenMailIsSent) {
  Config config;
  config.reports.mail.command = "/nowhere/sendmail -t -oi";
  EXPECT_EQ(CheckOutputs(config), Words{});
  config.reports.mail.to = {"a@b"};
  EXPECT_EQ(CheckOutputs(config),
            Words{"reports.mail.command: /nowhere/sendmail -t -oi cannot be "
                  "run at present: No such file or directory"});
  for (const char* good : {"/bin/sh -c true", "sendmail -t"}) {
    config.reports.mail.command = good;
    EXPECT_EQ(CheckOutputs(config), Words{}) << good;
  }
}

}  // namespace
}  // namespace ipband
