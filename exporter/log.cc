// SPDX-License-Identifier: Apache-2.0
#include "exporter/log.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <ctime>

#include "collectors/net/utf8.h"

namespace ipband {
namespace {

// Constant after StartLog; atomic so that a late call is not a data race.
std::atomic<LogLevel> g_level{LogLevel::kInfo};
std::atomic<LogFormat> g_format{LogFormat::kLogfmt};
std::atomic<int> g_descriptor{STDERR_FILENO};

// How long one line waits for a reader who stands still.
constexpr int kPatienceMs = 1000;
// poll promises room for this much in a pipe, so that write does not block.
constexpr size_t kPipeStep = 4096;

// One line at a time: else somebody takes the room that poll promised.
std::mutex g_writing;
bool g_unread = false;  // the last line found no room; guarded by g_writing

constexpr std::array<std::string_view, 4> kLevels = {"debug", "info", "warn",
                                                     "error"};

unsigned char ByteAt(std::string_view text, size_t index) {
  return index < text.size() ? static_cast<unsigned char>(text[index]) : 0;
}

void AppendCodePoint(std::string& out, unsigned code) {
  std::array<char, 8> escape{};
  std::snprintf(escape.data(), escape.size(), "\\u%04x", code & 0xffff);
  out += escape.data();
}

// One character of at most two bytes that may need escaping.
void AppendCharacter(std::string& out, std::string_view character) {
  const unsigned char first = ByteAt(character, 0);
  const unsigned char second = ByteAt(character, 1);
  if (first == '"' || first == '\\') {
    out += '\\';
    out += character;
  } else if (first == '\n') {
    out += "\\n";
  } else if (first == '\t') {
    out += "\\t";
  } else if (first == '\r') {
    out += "\\r";
  } else if (first < 0x20 || first == 0x7f) {
    AppendCodePoint(out, first);
  } else if (first == 0xc2 && second < 0xa0) {  // the C1 control characters
    AppendCodePoint(out, second);
  } else {
    out += character;
  }
}

// The text as it may stand between double quotes, in JSON and in logfmt.
std::string Escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = Utf8CharacterLength(text);
    if (length == 0) {
      out += "\\ufffd";
      text.remove_prefix(1);
      continue;
    }
    AppendCharacter(out, text.substr(0, length));
    text.remove_prefix(length);
  }
  return out;
}

void AppendLogfmt(std::string& out, const LogField& field) {
  if (!out.empty()) out += ' ';
  out += field.key;
  out += '=';
  const std::string escaped = Escape(field.value);
  const bool bare = !escaped.empty() && escaped == field.value &&
                    field.value.find_first_of(" =") == std::string_view::npos;
  if (!bare) out += '"';
  out += escaped;
  if (!bare) out += '"';
}

void AppendJson(std::string& out, const LogField& field) {
  out += out.empty() ? "{\"" : ",\"";
  out += Escape(field.key);
  out += "\":\"";
  out += Escape(field.value);
  out += '"';
}

std::string FormatTime(std::chrono::system_clock::time_point time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(time - whole);
  const time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(),
                static_cast<int>(ms.count()));
  return text.data();
}

// False if nobody makes room in time.
bool WaitForRoom(int descriptor) {
  pollfd entry{.fd = descriptor, .events = POLLOUT, .revents = 0};
  // Once is enough: who logs a lot must not wait for each line.
  g_unread = poll(&entry, 1, g_unread ? 0 : kPatienceMs) == 0;
  return !g_unread;
}

// A log that cannot be written has nobody to be told: what does not fit is
// dropped. One that nobody reads must not stop the program, nor its end.
void WriteLine(std::string_view line) {
  const int descriptor = g_descriptor;
  const std::lock_guard lock(g_writing);
  while (!line.empty() && WaitForRoom(descriptor)) {
    const ssize_t written =
        write(descriptor, line.data(), std::min(line.size(), kPipeStep));
    if (written < 0 && errno != EINTR) return;
    if (written > 0) line.remove_prefix(static_cast<size_t>(written));
  }
}

}  // namespace

void StartLog(const LogOptions& options, int descriptor) {
  g_level = options.level;
  g_format = options.format;
  g_descriptor = descriptor;
}

bool LogEnabled(LogLevel level) { return level >= g_level.load(); }

void Log(LogLevel level, std::string_view component, std::string_view message,
         std::initializer_list<LogField> fields) {
  if (!LogEnabled(level)) return;
  std::string line =
      FormatLogLine({std::chrono::system_clock::now(), level, component,
                     message, std::span(fields.begin(), fields.size())},
                    g_format);
  line += '\n';
  WriteLine(line);
}

bool LogLimiter::Allow(std::chrono::steady_clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (last_ && now - *last_ < std::chrono::minutes(1)) return false;
  last_ = now;
  return true;
}

std::string FormatLogLine(const LogLine& line, LogFormat format) {
  const auto append = format == LogFormat::kJson ? &AppendJson : &AppendLogfmt;
  const std::string time = FormatTime(line.time);
  std::string out;
  append(out, {"time", time});
  append(out, {"level", kLevels.at(static_cast<size_t>(line.level))});
  append(out, {"component", line.component});
  append(out, {"msg", line.message});
  for (const LogField& field : line.fields) append(out, field);
  if (format == LogFormat::kJson) out += '}';
  return out;
}

}  // namespace ipband
