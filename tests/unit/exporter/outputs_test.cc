// SPDX-License-Identifier: Apache-2.0
#include "exporter/outputs.h"

#include <gtest/gtest.h>

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
