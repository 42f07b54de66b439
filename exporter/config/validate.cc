// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/validate.h"

#include <algorithm>
#include <set>

#include "exporter/config/units.h"
#include "exporter/config/wording.h"

namespace ipband {
namespace {

// `key` is the one that is wrong.
[[noreturn]] void Refuse(const Origins& origins, const std::string& key,
                         const std::string& sentence) {
  const auto origin = origins.find(key);
  if (origin == origins.end()) throw UsageError(sentence);
  const std::string& place = origin->second;
  if (place.find(':') == std::string::npos)
    throw UsageError(place + ": " + sentence);
  throw FileError(place, sentence);
}

void CheckPeriods(const Config& config, const Origins& origins) {
  const auto averaging = config.accounting.averaging_period;
  const auto report = config.thresholds.report_period;
  if (report >= averaging) return;
  const std::string periods = "the report period (" + FormatDuration(report) +
                              ") is shorter than the averaging period (" +
                              FormatDuration(averaging) + "); allowed: ";
  // Blame the one that was set; the other may be a default.
  if (origins.contains("thresholds.report_period") ||
      !origins.contains("accounting.averaging_period")) {
    Refuse(origins, "thresholds.report_period",
           periods + FormatDuration(averaging) + " or more");
  }
  Refuse(origins, "accounting.averaging_period",
         periods + FormatDuration(report) + " or less");
}

void CheckInterfaces(const Config& config, const Origins& origins) {
  std::set<std::string_view> names;
  bool opens_some = false;
  for (const InterfaceOptions& interface : config.capture.interfaces) {
    if (!names.insert(interface.name).second) {
      Refuse(origins, "capture.interfaces",
             "interface " + Quote(interface.name) +
                 " is named twice; allowed: every interface once");
    }
    if (!interface.name.starts_with('!')) opens_some = true;
  }
  if (!opens_some) {
    Refuse(origins, "capture.interfaces",
           "every interface name takes some away; allowed: at least one name "
           "without ! before it");
  }
}

// Two writers of one file would spoil it.
void CheckOutputFiles(const ReportOptions& reports, const Origins& origins) {
  struct Output {
    const char* key;
    const std::string& name;
  };
  const Output outputs[] = {{"reports.text", reports.text},
                            {"reports.json", reports.json},
                            {"reports.html", reports.html}};
  for (const Output& later : outputs) {
    for (const Output& earlier : outputs) {
      if (&earlier == &later) break;
      if (later.name.empty() || later.name == "-") continue;
      if (later.name != earlier.name) continue;
      // Blame the one that was set; the other may be a default.
      const char* key = origins.contains(later.key) ? later.key : earlier.key;
      Refuse(origins, key,
             std::string(earlier.key) + " and " + later.key + " are both " +
                 Quote(later.name) + "; allowed: a file for each");
    }
  }
}

}  // namespace

void Validate(const Config& config, const Origins& origins) {
  CheckPeriods(config, origins);
  CheckInterfaces(config, origins);
  CheckOutputFiles(config.reports, origins);
}

}  // namespace ipband
