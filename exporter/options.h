// SPDX-License-Identifier: Apache-2.0
//
// What the program is to do: defaults, then the configuration file, then the
// command line, each overriding the one before wherever an option stands.
// Reads files and looks whether others can be written; it changes nothing, so a
// reload asks again with the same arguments. Any thread.
#pragma once

#include <string>
#include <vector>

#include "exporter/config/config.h"
#include "exporter/log_options.h"
#include "exporter/storage_path.h"

namespace ipband {

// A capture filter, also one that the command line passes over.
struct PlacedFilter {
  std::string place;  // "FILE:LINE" or "FILE:LINE:COL"; empty: no file
  std::string key;    // "capture.interfaces.filter", "filter", "-f"
  std::string text;
};

struct Options {
  Config config;
  LogOptions log;

  std::string answer;  // not empty (--help, --version): print it and exit 0
  bool check = false;  // all is well: exit 0

  std::vector<std::string> capture_files;  // "-" is standard input
  // With files: their label; empty for the files' own names.
  std::string capture_label;
  std::string capture_file_filter;    // empty passes every frame
  std::vector<PlacedFilter> filters;  // what was read; not empty ones
  bool once = false;
  int max_requests = 40;  // scrapes at the same time; 0: no limit

  // The command line names all the meters, so their dumps as well.
  bool meters_named = false;
  // Nobody named the storage path: to be without it is no error.
  bool storage_by_default = false;
  std::string user;  // to run as; empty: whoever started it
  bool enable_lifecycle = false;
  bool disable_exporter_metrics = false;  // process_*
  bool daemonize = false;
  std::string pid_file;  // absolute; empty: none
  bool compatibility = false;
  std::vector<std::string> files_read;  // absolute
  std::string text_read;                // of these files
  std::vector<std::string> warnings;    // to be logged
};

// What is used without being named.
struct SystemPlaces {
  std::string ipband_conf = "/etc/ipband.conf";  // in compatibility mode
  StoragePlaces storage = FindStoragePlaces();
  // Called as ipfm.
  std::string ipfm_conf = "/etc/ipfm.conf";
  std::string ipfm_pid_file = "/run/ipfm.pid";
};

// Throws Error (usage).
Options ParseOptions(int argc, const char* const* argv,
                     const SystemPlaces& places = {});

}  // namespace ipband
