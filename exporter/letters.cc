// SPDX-License-Identifier: Apache-2.0
#include "exporter/letters.h"

#include <chrono>

#include "exporter/config/limits.h"
#include "exporter/config/load_ipband.h"
#include "exporter/config/local_ranges.h"
#include "exporter/config/text_values.h"
#include "exporter/config/units.h"
#include "exporter/flag_values.h"

namespace ipband {
namespace {

// Seconds, as ipband has them, or a duration with units.
std::chrono::seconds ParseSeconds(const std::string& text,
                                  Range<std::chrono::seconds> allowed) {
  const bool bare = text.find_first_not_of("0123456789-") == std::string::npos;
  if (!bare) return ParseDuration(text, allowed);
  return std::chrono::seconds(
      ParseInteger(text, {allowed.min.count(), allowed.max.count()}));
}

struct Target {
  Config& config;
  Origins& origins;
};

struct LetterMeaning {
  char letter;
  // Throws BadValue.
  void (*apply)(const std::string& value, Target& target);
};

constexpr LetterMeaning kMeanings[] = {
    {'a',
     [](const std::string& value, Target& target) {
       target.config.accounting.averaging_period =
           ParseSeconds(value, kAveragingPeriodRange);
       target.origins["accounting.averaging_period"] = "-a";
     }},
    {'b',
     [](const std::string& value, Target& target) {
       target.config.thresholds.bytes_per_second = ParseBandwidth(value);
     }},
    {'J',
     [](const std::string& value, Target& target) {
       target.config.accounting.length_adjustment =
           ParseInteger(value, kLengthAdjustmentRange);
     }},
    {'L',
     [](const std::string& value, Target& target) {
       target.config.accounting.local = ParseLocalList(value);
     }},
    {'m',
     [](const std::string& value, Target& target) {
       SetMaskBits(static_cast<int>(ParseInteger(value, kIpv4BitsRange)),
                   target.config.accounting);
     }},
    {'P', [](const std::string& /*value*/,
             Target& target) { target.config.capture.promiscuous = false; }},
    {'r',
     [](const std::string& value, Target& target) {
       target.config.thresholds.report_period =
           ParseSeconds(value, kReportPeriodRange);
       target.origins["thresholds.report_period"] = "-r";
     }},
    // Reports
    {'A',
     [](const std::string& /*value*/, Target& target) {
       target.config.reports.accumulate = true;
       target.origins["reports.accumulate"] = "-A";
     }},
    {'l',
     [](const std::string& value, Target& target) {
       target.config.reports.mail.footer = ParseTextLine(value);
     }},
    {'M',
     [](const std::string& value, Target& target) {
       target.config.reports.mail.to = ParseMailHeader(value);
       target.origins["reports.mail.to"] = "-M";
     }},
    {'o',
     [](const std::string& value, Target& target) {
       target.config.reports.text = ParseOutputName(value);
       target.origins["reports.text"] = "-o";
     }},
    {'t',
     [](const std::string& value, Target& target) {
       target.config.reports.top =
           static_cast<uint32_t>(ParseInteger(value, kTopRange));
     }},
    {'T',
     [](const std::string& value, Target& target) {
       target.config.reports.mail.command = value;
       target.origins["reports.mail.command"] = "-T";
     }},
    {'w',
     [](const std::string& value, Target& target) {
       target.config.reports.html = ParseOutputName(value);
       target.origins["reports.html"] = "-w";
     }},
};

}  // namespace

void ApplyLetters(const std::map<char, std::string>& letters, Config& config,
                  Origins& origins) {
  Target target{config, origins};
  for (const LetterMeaning& meaning : kMeanings) {
    const auto found = letters.find(meaning.letter);
    if (found == letters.end()) continue;
    ParseFlag({'-', meaning.letter}, found->second,
              [&](const std::string& value) { meaning.apply(value, target); });
  }
}

}  // namespace ipband
