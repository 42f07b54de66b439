// SPDX-License-Identifier: Apache-2.0
#include "exporter/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>
#include <vector>

namespace ipband {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::system_clock;

const system_clock::time_point kNoon{milliseconds(1795264200123)};

std::string Line(std::vector<LogField> fields, LogFormat format) {
  return FormatLogLine({kNoon, LogLevel::kWarn, "web", "port taken", fields},
                       format);
}

// The log goes into a pipe while this lives; Read returns what came.
class CapturedLog {
 public:
  explicit CapturedLog(LogLevel level) {
    EXPECT_EQ(pipe(ends_.data()), 0);
    StartLog({level, LogFormat::kLogfmt}, ends_[1]);
  }
  ~CapturedLog() {
    StartLog({});
    close(ends_[0]);
    close(ends_[1]);
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;

  std::string Read() {
    std::array<char, 65536> buffer{};
    const ssize_t size = read(ends_[0], buffer.data(), buffer.size());
    return {buffer.data(), static_cast<size_t>(size > 0 ? size : 0)};
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(Log, WritesLogfmtWithUtcTimeToTheMillisecond) {
  EXPECT_EQ(Line({{"port", "80"}}, LogFormat::kLogfmt),
            "time=2026-11-21T12:30:00.123Z level=warn component=web "
            "msg=\"port taken\" port=80");
}

TEST(Log, WritesJsonWithTheSameKeys) {
  EXPECT_EQ(Line({{"port", "80"}}, LogFormat::kJson),
            "{\"time\":\"2026-11-21T12:30:00.123Z\",\"level\":\"warn\","
            "\"component\":\"web\",\"msg\":\"port taken\",\"port\":\"80\"}");
}

TEST(Log, WritesTimesBeforeTheEpochCorrectly) {
  const LogLine line{system_clock::time_point(milliseconds(-1)),
                     LogLevel::kInfo,
                     "c",
                     "m",
                     {}};
  EXPECT_EQ(FormatLogLine(line, LogFormat::kLogfmt),
            "time=1969-12-31T23:59:59.999Z level=info component=c msg=m");
}

TEST(Log, QuotesLogfmtValuesThatWouldNotReadBackAlone) {
  const std::string line = Line({{"empty", ""},
                                 {"space", "a b"},
                                 {"equals", "a=b"},
                                 {"quote", "a\"b"},
                                 {"plain", "/run/x.sock:1"}},
                                LogFormat::kLogfmt);
  EXPECT_NE(line.find(" empty=\"\" space=\"a b\" equals=\"a=b\" "
                      "quote=\"a\\\"b\" plain=/run/x.sock:1"),
            std::string::npos)
      << line;
}

TEST(Log, EscapesWhatCouldForgeALineOrDriveATerminal) {
  const std::string line = Line({{"path",
                                  "a\nlevel=error\r\t\x1b[2J\x7f\xc2\x9b"
                                  "1m\\"}},
                                LogFormat::kLogfmt);
  EXPECT_NE(line.find("path=\"a\\nlevel=error\\r\\t\\u001b[2J\\u007f\\u009b"
                      "1m\\\\\""),
            std::string::npos)
      << line;
}

TEST(Log, KeepsUtf8AndReplacesBrokenBytes) {
  const std::string good = "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80";
  EXPECT_NE(Line({{"v", good}}, LogFormat::kJson).find(good),
            std::string::npos);
  // Overlong, surrogate, beyond the last plane, cut off, stray continuation.
  for (const char* bad : {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xe2\x82", "\x80", "\xff"}) {
    const std::string line = Line({{"v", bad}}, LogFormat::kJson);
    EXPECT_NE(line.find("\"v\":\"\\ufffd"), std::string::npos) << line;
    for (const char c : line) EXPECT_GT(static_cast<unsigned char>(c), 31);
    EXPECT_EQ(line.find_first_of("\x80\x82\xc0\xe0\xe2\xed\xf4\xff"),
              std::string::npos);
  }
}

TEST(Log, LeavesOutLinesBelowItsLevel) {
  CapturedLog log(LogLevel::kWarn);
  EXPECT_FALSE(LogEnabled(LogLevel::kInfo));
  Log(LogLevel::kInfo, "web", "not written");
  Log(LogLevel::kError, "web", "written", {{"why", "because"}});
  const std::string text = log.Read();
  EXPECT_EQ(text.find("not written"), std::string::npos);
  EXPECT_NE(text.find("level=error component=web msg=written why=because\n"),
            std::string::npos);
}

TEST(Log, KeepsLinesOfSeveralThreadsApart) {
  CapturedLog log(LogLevel::kInfo);
  std::vector<std::jthread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([] {
      for (int n = 0; n < 40; ++n) Log(LogLevel::kInfo, "test", "one line");
    });
  }
  threads.clear();
  const std::string text = log.Read();
  size_t lines = 0;
  for (size_t at = 0; at < text.size(); ++lines) {
    const size_t end = text.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    const std::string line = text.substr(at, end - at);
    EXPECT_EQ(line.rfind("time=", 0), 0U) << line;
    EXPECT_EQ(line.find("msg=\"one line\""), line.size() - 14) << line;
    at = end + 1;
  }
  EXPECT_EQ(lines, 320U);
}

TEST(Log, GivesUpLinesThatNobodyReads) {
  CapturedLog log(LogLevel::kInfo);
  const std::string long_text(4000, 'x');
  const auto begin = std::chrono::steady_clock::now();
  // More than a pipe holds.
  for (int i = 0; i < 40; ++i) {
    Log(LogLevel::kInfo, "test", "unread", {{"text", long_text}});
  }
  // One line waits for a reader, the others do not.
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(20));
  while (log.Read().size() == 65536) {
  }
  Log(LogLevel::kInfo, "test", "read again");
  EXPECT_NE(log.Read().find("read again"), std::string::npos);
}

TEST(LogLimiter, AllowsOneLineAMinute) {
  LogLimiter limiter;
  const std::chrono::steady_clock::time_point start{};
  EXPECT_TRUE(limiter.Allow(start));
  EXPECT_FALSE(limiter.Allow(start + seconds(59)));
  EXPECT_TRUE(limiter.Allow(start + seconds(60)));
  EXPECT_FALSE(limiter.Allow(start + seconds(61)));
}

}  // namespace
}  // namespace ipband
