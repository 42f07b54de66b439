// SPDX-License-Identifier: Apache-2.0
//
// What the program is to do: defaults, then the configuration file, then the
// command line, each overriding the one before wherever an option stands.
// Reads files and nothing else, so a reload asks again with the same
// arguments. Any thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/log_options.h"

namespace ipband {

struct Options {
  Config config;
  LogOptions log;

  std::string answer;  // not empty (--help, --version): print it and exit 0
  bool check = false;  // all is well: exit 0

  std::vector<std::string> capture_files;  // "-" is standard input
  // With files: their label; empty for the files' own names.
  std::string capture_label;
  std::string capture_file_filter;  // empty passes every frame
  bool once = false;

  bool daemonize = false;
  bool compatibility = false;
  std::vector<std::string> files_read;  // absolute
  std::string text_read;                // of these files
  std::vector<std::string> warnings;    // to be logged
};

// Throws Error (usage). `system_file` is what ipband reads without being asked.
Options ParseOptions(int argc, const char* const* argv,
                     const std::string& system_file = "/etc/ipband.conf");

}  // namespace ipband
