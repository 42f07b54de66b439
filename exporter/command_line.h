// SPDX-License-Identifier: Apache-2.0
//
// The command line taken apart, its values still being text; options.h says
// what they mean. The only unit that knows CLI11. Any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ipband {

struct CommandLine {
  std::string program;                // what it was called by, without folders
  std::optional<std::string> answer;  // --help, --version: print this, exit 0

  std::optional<std::string> native_file;  // --config.file
  std::optional<std::string> meters_file;
  bool check = false;
  std::vector<std::string> capture_files;
  bool once = false;
  std::vector<std::string> listen_addresses;
  std::optional<std::string> telemetry_path;
  std::optional<std::string> web_config_file;
  std::optional<std::string> max_requests;
  std::optional<std::string> storage_path;
  std::optional<std::string> user;
  bool enable_lifecycle = false;
  bool disable_exporter_metrics = false;
  std::optional<std::string> log_level;
  std::optional<std::string> log_format;
  // ipband's letters, each with its last value; "" for those without.
  std::map<char, std::string> letters;
  std::vector<std::string> interfaces;

  // Called as ipfm: its own letters in place of ipband's. Its -c is among
  // `letters`.
  bool is_ipfm = false;
  bool no_daemon = false;
  std::optional<std::string> pid_file;
  std::vector<std::string> ignored;  // words that ipfm had no use for
};

// Throws Error (usage).
CommandLine ParseCommandLine(int argc, const char* const* argv);

}  // namespace ipband
