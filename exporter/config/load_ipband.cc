// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_ipband.h"

#include <algorithm>
#include <array>

#include "exporter/config/ipband_lines.h"
#include "exporter/config/limits.h"
#include "exporter/config/local_ranges.h"
#include "exporter/config/text_values.h"
#include "exporter/config/units.h"
#include "exporter/config/wording.h"

namespace ipband {
namespace {

constexpr double kIpbandThreshold = 7 * 1024;

// A file being read. Messages carry no place; Load adds it.
struct IpbandReading {
  Config& config;
  Origins& origins;
  IpbandExtras& extras;
  std::string place;  // of the line, "FILE:LINE"
  int line = 0;
};

struct Keyword {
  std::string_view name;
  // Throws BadValue.
  void (*read)(std::string_view value, IpbandReading& reading);
  // ipband: a value could hold a #. Here that is kept, and with all other
  // keywords it begins a comment.
  bool free_text = false;
};

void Warn(IpbandReading& reading, const std::string& sentence) {
  reading.extras.warnings.push_back(reading.place + ": " + sentence);
}

// ipband: a number ended at the first character that is none; who writes more
// is told what is read.
void TellIfShorter(std::string_view value, std::string_view read,
                   IpbandReading& reading) {
  if (read.size() == value.size()) return;
  Warn(reading, Quote(value) + " is read as " + std::string(read));
}

// ipband: numbers were 0 without any digit and wrapped around; errors now. A
// leading + is still fine.
int64_t Number(std::string_view value, Range<int64_t> allowed,
               IpbandReading& reading) {
  if (value.size() > 1 && value[0] == '+' && value[1] != '-') {
    value.remove_prefix(1);
  }
  const std::string_view number = LeadingNumber(value, "0123456789");
  TellIfShorter(value, number, reading);
  return ParseInteger(number, allowed);
}

std::optional<double> Bandwidth(std::string_view value,
                                IpbandReading& reading) {
  const IpbandBandwidth bandwidth = ParseIpbandBandwidth(value);
  TellIfShorter(value, bandwidth.read, reading);
  return bandwidth.bytes_per_second;
}

// ipband: whatever begins with yes, true, on or ok is true, all else false,
// even 1; kept, but who writes something else is told.
bool Boolean(std::string_view value, IpbandReading& reading) {
  static constexpr std::array<std::string_view, 4> kTrue = {"yes", "true", "on",
                                                            "ok"};
  static constexpr std::array<std::string_view, 3> kFalse = {"no", "false",
                                                             "off"};
  const std::string word = LowerCase(value);
  const auto is = [&](std::string_view known) { return word == known; };
  const bool result = std::any_of(
      kTrue.begin(), kTrue.end(),
      [&](std::string_view known) { return word.starts_with(known); });
  if (std::none_of(kTrue.begin(), kTrue.end(), is) &&
      std::none_of(kFalse.begin(), kFalse.end(), is)) {
    Warn(reading, Quote(value) + " means " + (result ? "yes" : "no") +
                      "; write yes or no");
  }
  return result;
}

std::chrono::seconds Seconds(std::string_view value,
                             Range<std::chrono::seconds> allowed,
                             IpbandReading& reading) {
  return std::chrono::seconds(
      Number(value, {allowed.min.count(), allowed.max.count()}, reading));
}

void Set(IpbandReading& reading, const std::string& key) {
  reading.origins[key] = reading.place;
}

// ipband: quotes stood for themselves, except these.
std::string_view WithoutQuotes(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && value.front() == '"' && value.back() == '"';
  return quoted ? value.substr(1, value.size() - 2) : value;
}

constexpr Keyword kIpbandKeywords[] = {
    {"accumulate",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.accumulate = Boolean(value, reading);
       Set(reading, "reports.accumulate");
     }},
    {"average",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.accounting.averaging_period =
           Seconds(value, kAveragingPeriodRange, reading);
       Set(reading, "accounting.averaging_period");
     }},
    {"bandwidth",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.thresholds.bytes_per_second = Bandwidth(value, reading);
     }},
    {"debug",
     [](std::string_view value, IpbandReading& reading) {
       reading.extras.debug =
           static_cast<int>(Number(value, {INT32_MIN, INT32_MAX}, reading));
     }},
    {"filter",
     [](std::string_view value, IpbandReading& reading) {
       reading.extras.filter = value;
       reading.extras.filter_place = reading.place;
       reading.config.capture.interfaces.front().filter = value;
     },
     true},
    {"fork",
     [](std::string_view value, IpbandReading& reading) {
       reading.extras.fork = Boolean(value, reading);
     }},
    {"htmlfile",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.html = ParseOutputName(value);
       Set(reading, "reports.html");
     },
     true},
    {"htmltitle",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.html_title = value;
     },
     true},
    {"interface",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.capture.interfaces.front().name =
           ParseInterfaceName(value);
       Set(reading, "capture.interfaces");
     }},
    {"lenadj",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.accounting.length_adjustment =
           Number(value, kLengthAdjustmentRange, reading);
     }},
    {"localrange",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.accounting.local = ParseLocalList(value);
     }},
    {"mailfoot",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.mail.footer = ParseTextLine(value);
     },
     true},
    {"mailto",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.mail.to = ParseMailHeader(value);
       Set(reading, "reports.mail.to");
     },
     true},
    {"maskbits",
     [](std::string_view value, IpbandReading& reading) {
       SetMaskBits(static_cast<int>(Number(value, kIpv4BitsRange, reading)),
                   reading.config.accounting);
     }},
    {"mtastring",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.mail.command = WithoutQuotes(value);
       Set(reading, "reports.mail.command");
     },
     true},
    {"outfile",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.text = ParseOutputName(value);
       Set(reading, "reports.text");
     },
     true},
    {"promisc",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.capture.promiscuous = Boolean(value, reading);
       Set(reading, "capture.promiscuous");
     }},
    {"report",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.thresholds.report_period =
           Seconds(value, kReportPeriodRange, reading);
       Set(reading, "thresholds.report_period");
     }},
    {"subnet",
     [](std::string_view value, IpbandReading& reading) {
       const IpbandSubnet subnet = ParseIpbandSubnet(value, reading.line);
       TellIfShorter(subnet.bandwidth, subnet.bandwidth_read, reading);
       reading.extras.subnets.push_back(subnet);
     }},
    {"top",
     [](std::string_view value, IpbandReading& reading) {
       reading.config.reports.top =
           static_cast<uint32_t>(Number(value, kTopRange, reading));
     }},
};

// ipband: a keyword in the file was known by what it begins with, so that
// `debugger` is debug; still accepted, but told.
const Keyword& FindKeyword(std::string_view written, IpbandReading& reading) {
  const std::string word = LowerCase(written);
  const Keyword* longest = nullptr;
  std::vector<std::string_view> allowed;
  for (const Keyword& keyword : kIpbandKeywords) {
    allowed.push_back(keyword.name);
    if (!word.starts_with(keyword.name)) continue;
    if (longest == nullptr || keyword.name.size() > longest->name.size()) {
      longest = &keyword;
    }
  }
  if (longest == nullptr) {
    throw BadValue("unknown keyword " + Quote(written) + "; " +
                   AllowedWords(word, allowed));
  }
  if (word != longest->name) {
    Warn(reading, Quote(written) + " is read as " + std::string(longest->name));
  }
  return *longest;
}

void ReadLine(const IpbandLine& line, IpbandReading& reading) {
  const Keyword& keyword = FindKeyword(line.keyword, reading);
  try {
    keyword.read(keyword.free_text ? line.value : WithoutComment(line.value),
                 reading);
  } catch (const BadValue& error) {
    throw BadValue(std::string(keyword.name) + ": " + error.what());
  }
}

}  // namespace

Config IpbandDefaults() {
  Config config;
  config.accounting.local = NothingLocal();
  config.accounting.local.any = true;
  config.thresholds.bytes_per_second = kIpbandThreshold;
  ReportOptions& reports = config.reports;
  reports.text = "ipband.txt";
  reports.top = 0;
  reports.mail.command = "/usr/sbin/sendmail -t -oi";
  reports.mail.repeat = std::chrono::seconds(0);
  return config;
}

IpbandExtras LoadIpband(const TextFile& file, Config& config,
                        Origins& origins) {
  IpbandExtras extras;
  IpbandReading reading{config, origins, extras, {}, 0};
  for (const IpbandLine& line : SplitIpbandLines(file.text)) {
    reading.place = file.name + ":" + std::to_string(line.number);
    reading.line = line.number;
    try {
      ReadLine(line, reading);
    } catch (const BadValue& error) {
      throw FileError(reading.place, error.what());
    }
  }
  return extras;
}

void SetMaskBits(int bits, AccountingOptions& accounting) {
  accounting.aggregate_ipv4 = bits;
  accounting.aggregate_ipv6 = bits == 0 ? 0 : bits == 32 ? 128 : 64;
}

}  // namespace ipband
