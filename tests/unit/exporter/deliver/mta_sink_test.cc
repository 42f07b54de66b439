// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/mta_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>
#include <thread>

#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

using Result = Attempt::Result;
using std::chrono::seconds;
using std::chrono::steady_clock;

MailOptions Command(const std::string& command) {
  MailOptions options;
  options.to = {"root@localhost,ops@example.net"};
  options.command = command;
  options.timeout = seconds(20);
  return options;
}

Attempt Mail(const MailOptions& options, const std::string& text = "report\n") {
  return MtaSink(options).Deliver(*DocumentOf(text), {});
}

// A process that has ended and that nobody has asked about does not run.
bool IsRunning(const std::string& pid) {
  const std::string stat = ContentOf("/proc/" + pid + "/stat");
  const size_t name_end = stat.rfind(") ");
  return name_end != stat.npos && stat[name_end + 2] != 'Z';
}

// A command that never ends, nor does its child; their ids are in `pids`.
std::string EndlessScript(const Folder& folder, const std::string& first = "") {
  return folder.Script("mta", first +
                                  "\nsleep 1000 &\n"
                                  "echo $! $$ >" +
                                  (folder / "new") + "\nmv " +
                                  (folder / "new") + " " + (folder / "pids") +
                                  "\nwait");
}

void ExpectNoneRuns(const Folder& folder) {
  std::istringstream pids(ContentOf(folder / "pids"));
  std::string child, command;
  ASSERT_TRUE(pids >> child >> command);
  EXPECT_TRUE(Eventually([&] { return !IsRunning(child); }));
  EXPECT_FALSE(std::filesystem::exists("/proc/" + command));
}

TEST(MtaSink, HandsTheMailToTheCommand) {
  const Folder folder;
  std::ofstream(folder / "footer") << "footer 1\nfooter 2 %d, no newline";
  MailOptions options =
      Command(folder.Script("mta", "cat >" + (folder / "mail")));
  options.footer = folder / "footer";
  EXPECT_EQ(Mail(options, "\nDate:   Sat Nov 21\n").result, Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "mail"),
            "To: root@localhost,ops@example.net\n"
            "From: IP bandwidth watchdog <ipband>\n"
            "Subject: Bandwidth report for 10.1.1.0 <lab>\n"
            "\n"
            "\nDate:   Sat Nov 21\n"
            "footer 1\nfooter 2 %d, no newline");
}

TEST(MtaSink, SplitsTheCommandAtBlanksOnly) {
  const Folder folder;
  const std::string script =
      folder.Script("mta", "printf '[%s]' \"$@\" >" + (folder / "arguments"));
  EXPECT_EQ(Mail(Command(script + " -t  'quoted arg' \"x\" $HOME ; ")).result,
            Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "arguments"),
            "[-t]['quoted][arg'][\"x\"][$HOME][;]");
}

TEST(MtaSink, LooksForANameWithoutSlashInThePath) {
  const Folder folder;
  EXPECT_EQ(Mail(Command("tee " + (folder / "mail"))).result,
            Result::kDelivered);
  EXPECT_EQ(ContentOf(folder / "mail").substr(0, 4), "To: ");
}

TEST(MtaSink, TriesAgainWhenTheCommandCannotBeRun) {
  const Folder folder;
  std::ofstream(folder / "plain") << "no program";
  const Attempt missing = Mail(Command("ipband-no-such-command -t"));
  EXPECT_EQ(missing.result, Result::kRetry);
  EXPECT_EQ(missing.error,
            "cannot run ipband-no-such-command: No such file or directory");
  const Attempt plain = Mail(Command(folder / "plain"));
  EXPECT_EQ(plain.result, Result::kRetry);
  EXPECT_EQ(plain.error,
            "cannot run " + (folder / "plain") + ": Permission denied");
  EXPECT_EQ(Mail(Command("   ")).result, Result::kRefused);
}

TEST(MtaSink, JudgesByTheExitStatus) {
  const Folder folder;
  const auto run = [&](const std::string& lines) {
    return Mail(Command(folder.Script("mta", lines)));
  };
  EXPECT_EQ(run("cat >/dev/null; exit 1").result, Result::kRetry);
  EXPECT_EQ(run("cat >/dev/null; exit 1").error, "exit status 1");
  EXPECT_EQ(run("exit 75").result, Result::kRetry);
  EXPECT_EQ(run("kill -9 $$").error, "killed by signal 9");
  for (const char* status : {"64", "65", "67", "68"}) {
    const Attempt attempt = run(std::string("exit ") + status);
    EXPECT_EQ(attempt.result, Result::kRefused) << status;
    EXPECT_EQ(attempt.error, std::string("exit status ") + status);
  }
}

TEST(MtaSink, DeliversToACommandThatReadsNothing) {
  const Folder folder;
  const std::string huge(10 << 20, 'x');
  EXPECT_EQ(Mail(Command("true"), huge).result, Result::kDelivered);
  // This one goes on for a while after it has closed the pipe.
  EXPECT_EQ(
      Mail(Command(folder.Script("mta", "exec <&-; sleep 0.2")), huge).result,
      Result::kDelivered);
}

TEST(MtaSink, HandsOverAHugeMail) {
  const Folder folder;
  const std::string huge(10 << 20, 'x');
  const std::string script = folder.Script("mta", "cat >" + (folder / "mail"));
  EXPECT_EQ(Mail(Command(script), huge).result, Result::kDelivered);
  EXPECT_TRUE(ContentOf(folder / "mail").ends_with("\n\n" + huge));
}

TEST(MtaSink, KillsTheCommandAndItsChildrenWhenTheTimeIsOver) {
  const Folder folder;
  MailOptions options = Command(EndlessScript(folder));
  options.timeout = seconds(1);
  const Attempt attempt = Mail(options);
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "killed after 1 s");
  ExpectNoneRuns(folder);
}

TEST(MtaSink, KillsACommandThatIgnoresTheRequestToEnd) {
  const Folder folder;
  MailOptions options = Command(EndlessScript(folder, "trap '' TERM"));
  options.timeout = seconds(1);
  EXPECT_EQ(Mail(options).result, Result::kRetry);
  ExpectNoneRuns(folder);
}

TEST(MtaSink, KillsACommandThatReadsNothingOfAHugeMail) {
  const Folder folder;
  MailOptions options = Command(EndlessScript(folder));
  options.timeout = seconds(1);
  EXPECT_EQ(Mail(options, std::string(10 << 20, 'x')).error,
            "killed after 1 s");
  ExpectNoneRuns(folder);
}

TEST(MtaSink, EndsTheCommandWhenTheProgramEnds) {
  const Folder folder;
  const auto start = steady_clock::now();
  Attempt attempt;
  {
    std::jthread thread([&](const std::stop_token& stop) {
      MailOptions options = Command(EndlessScript(folder));
      options.timeout = seconds(600);
      attempt = MtaSink(options).Deliver(*DocumentOf("report"), stop);
    });
    EXPECT_TRUE(
        Eventually([&] { return std::filesystem::exists(folder / "pids"); }));
  }
  EXPECT_EQ(attempt.result, Result::kRetry);
  EXPECT_EQ(attempt.error, "killed because the program ends");
  EXPECT_LT(steady_clock::now() - start, seconds(60));
  ExpectNoneRuns(folder);
}

TEST(MtaSink, GivesTheCommandNoDescriptorAndNoSignalSettings) {
  const Folder folder;
  const std::string secret = folder / "secret";
  const int leaked = open(secret.c_str(), O_RDWR | O_CREAT, 0600);
  sigset_t blocked, before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const std::string script = folder.Script(
      "mta", "ls -l /proc/self/fd >" + (folder / "descriptors") +
                 "\ngrep -E '^Sig(Blk|Ign)' /proc/self/status >" +
                 (folder / "signals") + "\ncut -d' ' -f5 /proc/$$/stat >" +
                 (folder / "group") + "\necho $$ >>" + (folder / "group") +
                 "\ncat >/dev/null");
  EXPECT_EQ(Mail(Command(script)).result, Result::kDelivered);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  close(leaked);

  // Its standard input, output, error and the folder that ls reads; output
  // was turned into our file.
  const std::string descriptors = ContentOf(folder / "descriptors");
  EXPECT_EQ(descriptors.find(secret), std::string::npos) << descriptors;
  EXPECT_NE(descriptors.find("0 -> pipe:"), std::string::npos) << descriptors;
  EXPECT_NE(descriptors.find("2 -> /dev/null"), std::string::npos);
  EXPECT_EQ(std::count(descriptors.begin(), descriptors.end(), '>'), 4)
      << descriptors;
  std::istringstream signals(ContentOf(folder / "signals"));
  std::string name;
  uint64_t is_blocked = 0, ignored = 0;
  signals >> name >> std::hex >> is_blocked >> name >> ignored;
  EXPECT_TRUE(signals) << ContentOf(folder / "signals");
  EXPECT_EQ(is_blocked, 0u);
  // But for those two that glibc keeps for itself and nobody can set.
  EXPECT_EQ(ignored & 0x7fffffff, 0u);
  std::istringstream group(ContentOf(folder / "group"));
  int leader = 0, command = 0;
  group >> leader >> command;
  EXPECT_EQ(leader, command);
}

TEST(MtaSink, MailsWithoutAFooterThatIsMissing) {
  const Folder folder;
  MailOptions options =
      Command(folder.Script("mta", "cat >" + (folder / "mail")));
  options.footer = folder / "footer";
  MtaSink sink(options);
  EXPECT_EQ(sink.Deliver(*DocumentOf("report\n"), {}).result,
            Result::kDelivered);
  EXPECT_TRUE(ContentOf(folder / "mail").ends_with("\n\nreport\n"));
  std::ofstream(folder / "footer") << "from now on";
  EXPECT_EQ(sink.Deliver(*DocumentOf("report\n"), {}).result,
            Result::kDelivered);
  EXPECT_TRUE(ContentOf(folder / "mail").ends_with("\nreport\nfrom now on"));
}

}  // namespace
}  // namespace ipband
