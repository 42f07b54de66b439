// SPDX-License-Identifier: Apache-2.0
//
// The program's own log: one line per event on standard error, as logfmt or
// JSON. Log may be called from any thread; lines of several threads do not mix.
// A line waits a second at most for whoever reads the log, then it is dropped.
// Values may come from strangers (a request's path): control characters and
// broken UTF-8 never reach the terminal.
// Messages are lower case and constant; what varies goes into fields.
#pragma once

#include <unistd.h>

#include <chrono>
#include <initializer_list>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporter/log_options.h"

namespace ipband {

// Call once, before the first thread; until then the defaults hold. The
// descriptor stays the caller's.
void StartLog(const LogOptions& options, int descriptor = STDERR_FILENO);

struct LogField {
  std::string_view key;  // a word
  std::string_view value;
};

// Whether a line of this level is written; to spare the work of making one.
bool LogEnabled(LogLevel level);

void Log(LogLevel level, std::string_view component, std::string_view message,
         std::initializer_list<LogField> fields = {});

// Lets one line through per minute, for events that strangers can cause.
// Safe from any thread.
class LogLimiter {
 public:
  bool Allow(std::chrono::steady_clock::time_point now);

 private:
  std::mutex mutex_;
  std::optional<std::chrono::steady_clock::time_point> last_;
};

// What Log writes, without the newline.
struct LogLine {
  std::chrono::system_clock::time_point time;
  LogLevel level = LogLevel::kInfo;
  std::string_view component;
  std::string_view message;
  std::span<const LogField> fields;
};
std::string FormatLogLine(const LogLine& line, LogFormat format);

}  // namespace ipband
