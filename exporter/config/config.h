// SPDX-License-Identifier: Apache-2.0
//
// The whole configuration as plain structs; the initial values are the native
// defaults. Filled by load_yaml (native), load_ipband (ipband.conf) and the
// command line, in this order of precedence from weak to strong.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "collectors/accounting_options.h"
#include "collectors/capture/capture_options.h"
#include "collectors/meter_options.h"

namespace ipband {

// How reports are mailed; no address means not at all.
struct MailOptions {
  std::vector<std::string> to;
  std::string from;     // empty: the program's own
  std::string subject;  // empty: ipband's
  std::string footer;   // a file, read for each mail; empty: none
  // "host:port" or "smtp[s]://user:password@host:port"
  std::string smtp = "localhost:25";
  std::string command;  // not empty: in place of SMTP
  std::chrono::seconds timeout{30};
  std::chrono::seconds repeat{3600};  // within an episode; 0: every report

  bool operator==(const MailOptions&) const = default;
};

struct WebhookOptions {
  std::string url;  // empty: none
  std::chrono::seconds timeout{10};

  bool operator==(const WebhookOptions&) const = default;
};

// Empty names: nothing of the kind is written.
struct ReportOptions {
  std::string directory = "reports";  // relative: below the storage path
  std::chrono::seconds keep_age = std::chrono::days(30);
  uint64_t keep_bytes = uint64_t{256} << 20;
  std::string text;  // "-" is standard output, also for the next two
  std::string json;
  std::string html;
  std::string html_title = "My bandwidth";
  uint32_t top = 50;  // 0: all
  bool accumulate = false;
  bool resolve = false;
  MailOptions mail;
  WebhookOptions webhook;

  bool operator==(const ReportOptions&) const = default;
};

enum class DumpMode { kReplace, kAppend };
enum class DumpFormat { kText, kCsv, kJson };
enum class DumpNameBy { kEnd, kStart };
enum class DumpSort { kNone, kIn, kOut, kTotal };

// Where a meter's dumps are written and how they look.
struct DumpOptions {
  // A name for strftime(3). ipfm's default.
  std::string file = "/var/log/ipfm/%d-%b.%H-%M";
  DumpMode mode = DumpMode::kReplace;
  DumpFormat format = DumpFormat::kText;
  // Whether the name tells the end of the dump's period or its start, which is
  // the length of MeterOptions::dump before.
  DumpNameBy name_by = DumpNameBy::kEnd;
  DumpSort sort = DumpSort::kNone;  // falling
  bool resolve = false;
  bool local_time = true;  // of names and head lines; else UTC

  bool operator==(const DumpOptions&) const = default;
};

// One meter: what it counts and what becomes of it.
struct MeterConfig {
  MeterOptions meter;
  DumpOptions dump;

  bool operator==(const MeterConfig&) const = default;
};

// Who may read connections, reports and hosts outside the metrics.
enum class WebDetails { kLocal, kAuthenticated, kAll, kOff };

struct WebOptions {
  std::vector<std::string> listen_addresses = {":10059"};
  std::string telemetry_path = "/metrics";
  std::string config_file;   // TLS, headers and users; empty: none
  std::string external_url;  // without a slash at its end
  WebDetails details = WebDetails::kLocal;

  bool operator==(const WebOptions&) const = default;
};

struct StorageOptions {
  std::string path;  // empty: nothing outlives the program
  std::chrono::seconds checkpoint{10};

  bool operator==(const StorageOptions&) const = default;
};

struct Config {
  CaptureOptions capture;
  AccountingOptions accounting;
  ThresholdOptions thresholds;
  ReportOptions reports;
  std::vector<MeterConfig> meters;
  WebOptions web;
  StorageOptions storage;

  bool operator==(const Config&) const = default;
};

}  // namespace ipband
