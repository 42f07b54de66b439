// SPDX-License-Identifier: Apache-2.0
#include "exporter/dumper.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>

#include "tests/unit/exporter/deliver/folder.h"
#include "tests/unit/exporter/dump/sample_dump.h"
#include "tests/unit/exporter/text/time_zone.h"

namespace ipband {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

steady_clock::time_point In(seconds time) { return steady_clock::now() + time; }

MeterConfig MeterTo(const std::string& name, const std::string& file) {
  MeterConfig config;
  config.meter.name = name;
  config.meter.dump.every = seconds(5);
  config.dump.file = file;
  config.dump.local_time = false;
  return config;
}

Dump DumpOf(const std::string& meter, int64_t at = kSampleEnd) {
  Dump dump;
  dump.meter = meter;
  dump.interfaces = {"v0"};
  dump.at = at;
  dump.since = at - 5;
  dump.parts = {PartOf({RowOf("10.0.0.2", 1, 2), RowOf("10.0.0.1", 0, 500)})};
  return dump;
}

constexpr const char* kText =
    R"(# IPFMv0.11.5 2026/11/22 00:00:00 (UTC) -- dump every 0d00:00:05 -- listening on v0
# Host                                  In (bytes)    Out (bytes)  Total (bytes)
10.0.0.1                                         0            500            500
10.0.0.2                                         1              2              3
# end of dump 2026/11/22 00:00:00
)";

// Answers nobody until it is released.
class DeadNameServer {
 public:
  ~DeadNameServer() {
    const std::lock_guard lock(shared_->mutex);
    shared_->released = true;
    shared_->changed.notify_all();
  }
  HostNames::Lookup lookup() const {
    return [shared = shared_](const Address&) -> std::optional<std::string> {
      std::unique_lock lock(shared->mutex);
      shared->changed.wait(lock, [&] { return shared->released; });
      return std::nullopt;
    };
  }

 private:
  struct Shared {
    std::mutex mutex;
    std::condition_variable changed;
    bool released = false;
  };
  const std::shared_ptr<Shared> shared_ = std::make_shared<Shared>();
};

TEST(Dumper, ReplacesTheFileOfTheTime) {
  const Folder folder;
  Dumper dumper({.meters = {MeterTo("campus", folder / "d/%H%M%S")}});
  dumper.Push(DumpOf("campus"));
  dumper.Push(DumpOf("campus", kSampleEnd + 5));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  EXPECT_EQ(ContentOf(folder / "d/000000"), kText);
  EXPECT_NE(ContentOf(folder / "d/000005"), "");
  const auto counts = dumper.counts();
  ASSERT_EQ(counts.size(), 1u);
  EXPECT_EQ(counts[0].meter, "campus");
  EXPECT_EQ(counts[0].dumps, 2u);
  EXPECT_EQ(counts[0].failures, 0u);
  EXPECT_EQ(counts[0].last_dump, kSampleEnd + 5);
}

TEST(Dumper, AppendsWithAnEmptyLineAfterEachDump) {
  const Folder folder;
  MeterConfig meter = MeterTo("campus", folder / "log");
  meter.dump.mode = DumpMode::kAppend;
  Dumper dumper({.meters = {meter}});
  dumper.Push(DumpOf("campus"));
  dumper.Push(DumpOf("campus"));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  const std::string block = std::string(kText) + "\n";
  EXPECT_EQ(ContentOf(folder / "log"), block + block);
}

TEST(Dumper, WritesTheHeadOfCsvOnce) {
  const Folder folder;
  MeterConfig replaced = MeterTo("a", folder / "a");
  replaced.dump.format = DumpFormat::kCsv;
  replaced.dump.sort = DumpSort::kTotal;
  replaced.meter.max_hosts = 1;
  MeterConfig appended = replaced;
  appended.meter.name = "b";
  appended.dump.file = folder / "b";
  appended.dump.mode = DumpMode::kAppend;
  Dumper dumper({.meters = {replaced, appended}});
  for (const char* meter : {"a", "b", "a", "b"}) dumper.Push(DumpOf(meter));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  const std::string head = "end,address,name,in_bytes,out_bytes,total_bytes\n";
  const std::string rows =
      "2026-11-22T00:00:00Z,10.0.0.1,,0,500,500\n"
      "2026-11-22T00:00:00Z,other,1 hosts,1,2,3\n";
  EXPECT_EQ(ContentOf(folder / "a"), head + rows);
  EXPECT_EQ(ContentOf(folder / "b"), head + rows + rows);
}

TEST(Dumper, WritesJsonLines) {
  const Folder folder;
  MeterConfig meter = MeterTo("campus", folder / "log");
  meter.dump.mode = DumpMode::kAppend;
  meter.dump.format = DumpFormat::kJson;
  Dumper dumper({.meters = {meter}});
  dumper.Push(DumpOf("campus"));
  dumper.Push(DumpOf("campus"));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  const std::string log = ContentOf(folder / "log");
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 2);
  EXPECT_TRUE(log.starts_with("{\"meter\":\"campus\""));
}

TEST(Dumper, GivesUnscheduledDumpsNamesOfTheirOwn) {
  const Folder folder;
  Dumper dumper({.meters = {MeterTo("campus", folder / "%d-%b")}});
  dumper.Push(DumpOf("campus"));
  Dump signalled = DumpOf("campus", kSampleEnd + 3661);
  signalled.scheduled = false;
  dumper.Push(signalled);
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  EXPECT_EQ(ContentOf(folder / "22-Nov"), kText);
  EXPECT_NE(ContentOf(folder / "22-Nov.010101").find("2026/11/22 01:01:01"),
            std::string::npos);
}

TEST(Dumper, KeepsBothDumpsOfAnHourThatRepeats) {
  const TimeZone zone("Europe/Berlin");
  const Folder folder;
  MeterConfig meter = MeterTo("campus", folder / "%d-%b.%H-%M");
  meter.meter.dump.every = seconds(1800);
  meter.dump.local_time = true;
  Dumper dumper({.meters = {meter}});
  dumper.Push(DumpOf("campus", 1792888200));
  dumper.Push(DumpOf("campus", 1792891800));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  EXPECT_NE(ContentOf(folder / "25-Oct.02-30"), "");
  EXPECT_NE(ContentOf(folder / "25-Oct.02-30.CET"), "");
}

TEST(Dumper, HoldsUpOnlyTheMeterThatCannotBeWritten) {
  const Folder folder;
  std::ofstream(folder / "d") << "in the way";
  MeterConfig stuck = MeterTo("stuck", folder / "d/log");
  stuck.dump.mode = DumpMode::kAppend;
  Dumper dumper({.meters = {stuck, MeterTo("free", folder / "free")}});
  for (const char* meter : {"stuck", "stuck", "free"}) {
    dumper.Push(DumpOf(meter));
  }
  ASSERT_TRUE(Eventually([&] {
    return dumper.counts()[0].failures >= 1 && dumper.counts()[1].dumps == 1;
  }));
  EXPECT_EQ(dumper.counts()[0].dumps, 0u);
  EXPECT_EQ(dumper.counts()[0].last_dump, 0);
  std::filesystem::remove(folder / "d");
  ASSERT_TRUE(Eventually([&] { return dumper.counts()[0].dumps == 2; }));
  const std::string block = std::string(kText) + "\n";
  EXPECT_EQ(ContentOf(folder / "d/log"), block + block);
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
}

TEST(Dumper, SaysAtTheEndThatADumpIsLost) {
  const Folder folder;
  std::ofstream(folder / "d") << "in the way";
  {
    Dumper dumper({.meters = {MeterTo("campus", folder / "d/log")}});
    dumper.Push(DumpOf("campus"));
    EXPECT_FALSE(dumper.Finish(In(seconds(1))));
  }
  {
    Dumper dumper({.meters = {MeterTo("campus", folder / "log")}});
    dumper.Push(DumpOf("another"));
    EXPECT_FALSE(dumper.Finish(In(seconds(20))));
  }
  Dumper dumper(
      {.meters = {MeterTo("campus", folder / std::string(4096, 'x'))}});
  dumper.Push(DumpOf("campus"));
  EXPECT_FALSE(dumper.Finish(In(seconds(20))));
  EXPECT_EQ(dumper.counts()[0].failures, 1u);
}

TEST(Dumper, AwaitsWhatIsWrittenAndNotWhatCannotBe) {
  const Folder folder;
  constexpr int kDumps = 300;
  Dumper dumper(
      {.meters = {MeterTo("campus", folder / "d/%H%M%S")}, .waits = true});
  for (int i = 0; i < kDumps; ++i) {
    dumper.Push(DumpOf("campus", kSampleEnd + i));
  }
  dumper.AwaitWritten(seconds(20));
  EXPECT_TRUE(dumper.Finish(In(seconds(0))));
  EXPECT_EQ(dumper.counts()[0].dumps, kDumps);

  Dumper stuck({.meters = {MeterTo("campus", folder / "d")}, .waits = true});
  stuck.Push(DumpOf("campus"));
  stuck.AwaitWritten(seconds(1));
  EXPECT_FALSE(stuck.Finish(In(seconds(0))));
}

TEST(Dumper, ShowsNamesAndAsksForTheFirstRowsFirst) {
  const Folder folder;
  MeterConfig meter = MeterTo("campus", folder / "log");
  meter.dump.resolve = true;
  meter.dump.sort = DumpSort::kIn;
  std::mutex mutex;
  std::vector<std::string> asked;
  Dumper dumper({.meters = {meter}},
                [&](const Address& address) -> std::optional<std::string> {
                  const std::lock_guard lock(mutex);
                  asked.push_back(ToString(address));
                  if (asked.back() != "10.0.0.2") return std::nullopt;
                  return "alpha.example.net";
                });
  dumper.Push(DumpOf("campus"));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  const std::lock_guard lock(mutex);
  EXPECT_EQ(asked, (std::vector<std::string>{"10.0.0.2", "10.0.0.1"}));
  EXPECT_NE(ContentOf(folder / "log")
                .find("\nalpha.example.net                                1  "),
            std::string::npos);
}

TEST(Dumper, WaitsTwoSecondsForADeadNameServerAndNotForEachDump) {
  const Folder folder;
  MeterConfig meter = MeterTo("campus", folder / "%H%M%S");
  meter.dump.resolve = true;
  const DeadNameServer server;
  Dumper dumper({.meters = {meter}}, server.lookup());
  const auto begin = steady_clock::now();
  for (int i = 0; i < 10; ++i) dumper.Push(DumpOf("campus", kSampleEnd + i));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  // One by one they would take 20.
  EXPECT_LT(steady_clock::now() - begin, seconds(10));
  EXPECT_EQ(dumper.counts()[0].dumps, 10u);
  EXPECT_EQ(ContentOf(folder / "000000"), kText);
}

TEST(Dumper, WritesWhatIsPushedWithTheConfigurationOfThatTime) {
  const Folder folder;
  MeterConfig held = MeterTo("campus", folder / "old");
  held.dump.resolve = true;  // so that it waits while others come
  const DeadNameServer server;
  Dumper dumper({.meters = {held, MeterTo("gone", folder / "gone")}},
                server.lookup());
  dumper.Push(DumpOf("campus"));
  dumper.Reconfigure(
      {MeterTo("new", folder / "%H"), MeterTo("campus", folder / "new")});
  for (const char* meter : {"campus", "new", "gone"}) {
    dumper.Push(DumpOf(meter));
  }
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  for (const char* name : {"old", "new", "00", "gone"}) {
    EXPECT_EQ(ContentOf(folder / name), kText) << name;
  }
  const auto counts = dumper.counts();
  ASSERT_EQ(counts.size(), 2u);
  EXPECT_EQ(counts[0].meter, "new");
  EXPECT_EQ(counts[0].dumps, 1u);
  EXPECT_EQ(counts[1].meter, "campus");
  EXPECT_EQ(counts[1].dumps, 2u);
}

TEST(Dumper, IsNotHeldUpByAFileNameThatIsNotConfiguredAnyMore) {
  const Folder folder;
  std::ofstream(folder / "d") << "in the way";
  Dumper dumper({.meters = {MeterTo("campus", folder / "d/log")}});
  dumper.Push(DumpOf("campus"));
  ASSERT_TRUE(Eventually([&] { return dumper.counts()[0].failures >= 1; }));
  const MeterConfig mended = MeterTo("campus", folder / "log");
  dumper.Reconfigure({mended});
  dumper.Push(DumpOf("campus", kSampleEnd + 5));
  ASSERT_TRUE(Eventually([&] { return dumper.counts()[0].dumps == 1; }));
  EXPECT_NE(ContentOf(folder / "log"), "");
  // The old one is not forgotten, and the counts go on.
  std::filesystem::remove(folder / "d");
  ASSERT_TRUE(Eventually([&] { return dumper.counts()[0].dumps == 2; }));
  EXPECT_EQ(ContentOf(folder / "d/log"), kText);
  const uint64_t failures = dumper.counts()[0].failures;
  dumper.Reconfigure({mended});
  EXPECT_EQ(dumper.counts()[0].dumps, 2u);
  EXPECT_EQ(dumper.counts()[0].failures, failures);
  EXPECT_EQ(dumper.counts()[0].last_dump, kSampleEnd + 5);
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
}

TEST(Dumper, ForgetsMetersThatAreLongGone) {
  const Folder folder;
  Dumper dumper({.meters = {MeterTo("a", folder / "a")}});
  dumper.Push(DumpOf("a"));
  ASSERT_TRUE(Eventually([&] { return dumper.counts()[0].dumps == 1; }));
  // The thread may still have the dump in hand.
  ASSERT_TRUE(Eventually([&] {
    dumper.Reconfigure({MeterTo("b", folder / "b")});
    dumper.Reconfigure({MeterTo("b", folder / "b")});
    dumper.Reconfigure({MeterTo("a", folder / "a")});
    return dumper.counts()[0].dumps == 0;
  }));
  dumper.Push(DumpOf("a"));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  EXPECT_EQ(dumper.counts()[0].dumps, 1u);
}

TEST(Dumper, SparesTheFilesOfOthers) {
  const Folder folder;
  std::ofstream(folder / "log") << "of the daemon";
  MeterConfig meter = MeterTo("campus", folder / "log");
  Dumper dumper({.meters = {meter}, .waits = true, .spare_others = true});
  dumper.Push(DumpOf("campus"));
  EXPECT_TRUE(dumper.Finish(In(seconds(20))));
  EXPECT_EQ(ContentOf(folder / "log"), "of the daemon");
  EXPECT_EQ(ContentOf(folder / "log.000000"), kText);
}

}  // namespace
}  // namespace ipband
