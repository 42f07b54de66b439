// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_meters.h"

#include <algorithm>
#include <utility>

#include "exporter/config/limits.h"
#include "exporter/config/log_rule.h"
#include "exporter/config/text_values.h"
#include "exporter/config/wording.h"
#include "exporter/config/yaml_units.h"

namespace ipband {
namespace {

using Value = YamlValue;

// A meter being read: what its keys mean together is seen at the end.
struct MeterReading {
  MeterConfig config;
  MeterPlaces places;
  std::chrono::seconds clear_every{0};
  std::chrono::seconds clear_delay{0};
};

std::string ParseMeterName(std::string_view text) {
  if (text.empty()) throw BadValue("the name is empty; allowed: a word");
  return ParseTextLine(text);
}

// Interfaces are chosen under capture.interfaces; a meter takes its part.
std::string ParseMeterInterface(std::string_view text) {
  if (text.starts_with('!') || text == "default" || text == "any") {
    throw BadValue(Quote(text) +
                   " is no interface of a meter; allowed: names and globs of "
                   "captured ones (eth0, en*), or an empty list for all");
  }
  return ParseInterfaceName(text);
}

constexpr YamlKey<MeterReading> kDumpKeys[] = {
    {"every",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.dump.every = Duration(value, kMeterPeriodRange);
     }},
    {"after",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.dump.after = Duration(value, kMeterDelayRange);
     }},
    {"file",
     [](const Value& value, MeterReading& reading) {
       value.Parse(ParseTextLine);
       reading.config.dump.file = value.Parse(ParseDumpFile);
     }},
    {"mode",
     [](const Value& value, MeterReading& reading) {
       reading.config.dump.mode = value.OneOf<DumpMode>(
           {{"replace", DumpMode::kReplace}, {"append", DumpMode::kAppend}});
     }},
    {"format",
     [](const Value& value, MeterReading& reading) {
       reading.config.dump.format =
           value.OneOf<DumpFormat>({{"text", DumpFormat::kText},
                                    {"csv", DumpFormat::kCsv},
                                    {"json", DumpFormat::kJson}});
     }},
    {"name_by",
     [](const Value& value, MeterReading& reading) {
       reading.config.dump.name_by = value.OneOf<DumpNameBy>(
           {{"end", DumpNameBy::kEnd}, {"start", DumpNameBy::kStart}});
     }},
};

constexpr YamlKey<MeterReading> kClearKeys[] = {
    {"every",
     [](const Value& value, MeterReading& reading) {
       reading.clear_every = Duration(value, kMeterPeriodRange);
     }},
    {"after",
     [](const Value& value, MeterReading& reading) {
       reading.clear_delay = Duration(value, kMeterDelayRange);
     }},
};

void ReadClear(const Value& value, MeterReading& reading) {
  MeterOptions& meter = reading.config.meter;
  if (!value.IsMap()) {
    meter.clear = value.OneOf<MeterClear>(
        {{"always", MeterClear::kAlways}, {"never", MeterClear::kNever}});
    return;
  }
  meter.clear = MeterClear::kEvery;
  ReadKeys(value, kClearKeys, reading);
  if (reading.clear_every.count() == 0) {
    value.Fail("every is missing; allowed: always, never or {every: 24h}");
  }
}

void ReadRules(const Value& value, MeterReading& reading) {
  std::vector<LogRule>& rules = reading.config.meter.rules;
  for (const Value& item : value.ListOfSome()) {
    rules.push_back(item.Parse(ParseLogRule));
    reading.places.rules.push_back(item.Place());
    if (rules.size() > MeterOptions::kMostRules) {
      item.Fail("there are more than " +
                std::to_string(MeterOptions::kMostRules) +
                " rules; allowed: that many in one meter");
    }
  }
}

constexpr YamlKey<MeterReading> kMetricKeys[] = {
    {"max",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.max_series =
           Whole<uint32_t>(value, kMeterSeriesRange);
     }},
};

constexpr YamlKey<MeterReading> kMeterKeys[] = {
    {"name",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.name = value.Parse(ParseMeterName);
       reading.places.name = value.Place();
     }},
    {"interfaces",
     [](const Value& value, MeterReading& reading) {
       for (const Value& item : value.List()) {
         reading.config.meter.interfaces.push_back(
             item.Parse(ParseMeterInterface));
       }
     }},
    {"rules", ReadRules},
    {"length",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.length = value.OneOf<LengthKind>(
           {{"frame", LengthKind::kFrame}, {"ip", LengthKind::kIp}});
     }},
    {"require_checksum",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.require_checksum = value.Bool();
     }},
    {"dump",
     [](const Value& value, MeterReading& reading) {
       ReadKeys(value, kDumpKeys, reading);
     }},
    {"clear", ReadClear},
    {"sort",
     [](const Value& value, MeterReading& reading) {
       reading.config.dump.sort =
           value.OneOf<DumpSort>({{"none", DumpSort::kNone},
                                  {"in", DumpSort::kIn},
                                  {"out", DumpSort::kOut},
                                  {"total", DumpSort::kTotal}});
     }},
    {"resolve",
     [](const Value& value, MeterReading& reading) {
       reading.config.dump.resolve = value.Bool();
     }},
    {"local_time",
     [](const Value& value, MeterReading& reading) {
       reading.config.dump.local_time = value.Bool();
     }},
    {"max_hosts",
     [](const Value& value, MeterReading& reading) {
       reading.config.meter.max_hosts =
           Whole<uint32_t>(value, kMeterHostsRange);
     }},
    {"metrics",
     [](const Value& value, MeterReading& reading) {
       ReadKeys(value, kMetricKeys, reading);
     }},
};

void CheckWhole(const Value& item, MeterReading& reading) {
  MeterOptions& meter = reading.config.meter;
  if (meter.name.empty()) {
    item.Fail("a meter has no name; allowed: {name: campus, rules: [LOG]}");
  }
  if (meter.rules.empty()) {
    item.Fail("meter " + Quote(meter.name) +
              " has no rules, so it counts nothing; allowed: "
              "{name: campus, rules: [LOG]}");
  }
  if (meter.clear != MeterClear::kEvery) return;
  try {
    SetClearGrid(reading.clear_every, reading.clear_delay, meter);
  } catch (const BadValue& error) {
    item.Fail("meter " + Quote(meter.name) + ": " + error.what());
  }
}

// Of the place where the meter was named.
std::string OriginKey(const MeterConfig& meter) {
  return "meters[" + meter.meter.name + "]";
}

std::string RuleKey(const MeterConfig& meter, size_t rule) {
  return OriginKey(meter) + ".rules[" + std::to_string(rule) + "]";
}

bool HasDirection(const LogRule& rule) {
  return rule.count == LogRule::Count::kFrom ||
         rule.count == LogRule::Count::kTo;
}

bool Hides(const LogRule& later, const LogRule& earlier) {
  if (!HasDirection(earlier) || !HasDirection(later)) return false;
  if (earlier.count == later.count || earlier.host != later.host) return false;
  if (later.peer.any) return !later.not_with;
  return later.peer == earlier.peer && later.not_with == earlier.not_with;
}

}  // namespace

void ReadMeters(const Value& section, std::vector<MeterConfig>& meters) {
  for (const Value& item : section.List()) {
    MeterReading reading;
    ReadKeys(item, kMeterKeys, reading);
    CheckWhole(item, reading);
    AddMeter(std::move(reading.config), reading.places, meters,
             item.AllOrigins());
  }
}

void AddMeter(MeterConfig meter, const MeterPlaces& places,
              std::vector<MeterConfig>& meters, Origins& origins) {
  const std::string key = OriginKey(meter);
  if (const auto earlier = origins.find(key); earlier != origins.end()) {
    throw FileError(places.name, "meter " + Quote(meter.meter.name) +
                                     " is named twice, here and in " +
                                     earlier->second +
                                     "; allowed: every name once");
  }
  if (meters.size() == kMostMeters) {
    throw FileError(places.name, "there are more than " +
                                     std::to_string(kMostMeters) +
                                     " meters; allowed: that many");
  }
  origins[key] = places.name;
  for (size_t i = 0; i < places.rules.size(); ++i) {
    origins[RuleKey(meter, i)] = places.rules[i];
  }
  meters.push_back(std::move(meter));
}

// ipfm: the later one overwrote the earlier one's without a word.
std::vector<std::string> SharedFiles(const std::vector<MeterConfig>& meters,
                                     const Origins& origins) {
  std::vector<std::string> sentences;
  for (size_t later = 1; later < meters.size(); ++later) {
    for (size_t earlier = 0; earlier < later; ++earlier) {
      const DumpOptions& a = meters[earlier].dump;
      const DumpOptions& b = meters[later].dump;
      const bool replaces =
          a.mode == DumpMode::kReplace || b.mode == DumpMode::kReplace;
      if (a.file != b.file || !replaces) continue;
      const auto place = origins.find(OriginKey(meters[later]));
      sentences.push_back(
          (place == origins.end() ? "" : place->second + ": ") + "meters " +
          Quote(meters[earlier].meter.name) + " and " +
          Quote(meters[later].meter.name) + " both write " + Quote(b.file) +
          ", where one replaces the other's dumps; give each a file");
      break;
    }
  }
  return sentences;
}

// ipfm: the direction is no part of what a rule matches, so the last rule of a
// host decides for both.
std::vector<std::string> HiddenRules(const std::vector<MeterConfig>& meters,
                                     const Origins& origins) {
  const auto word = [](const LogRule& rule) {
    return rule.count == LogRule::Count::kFrom ? "LOG FROM" : "LOG TO";
  };
  std::vector<std::string> sentences;
  for (const MeterConfig& meter : meters) {
    const std::vector<LogRule>& rules = meter.meter.rules;
    for (auto rule = rules.begin(); rule != rules.end(); ++rule) {
      const auto later = std::find_if(
          rule + 1, rules.end(),
          [&rule](const LogRule& other) { return Hides(other, *rule); });
      if (later == rules.end()) continue;
      const auto place = [&](auto at) {
        return origins.at(
            RuleKey(meter, static_cast<size_t>(at - rules.begin())));
      };
      sentences.push_back(place(rule) + ": this " + word(*rule) +
                          " has no effect: the " + word(*later) +
                          " of the same host in " + place(later) +
                          " decides for both directions; LOG BOTH counts both");
    }
  }
  return sentences;
}

void SetClearGrid(std::chrono::seconds every, std::chrono::seconds delay,
                  MeterOptions& meter) {
  const std::chrono::seconds dump = meter.dump.every;
  const std::string multiple =
      " is no multiple of the dump period (" + FormatDuration(dump) +
      "); allowed: " + FormatDuration(dump) + " times a whole number";
  if ((every % dump).count() != 0) {
    throw BadValue("the clear period (" + FormatDuration(every) + ")" +
                   multiple);
  }
  if ((delay % dump).count() != 0) {
    throw BadValue("the clear delay (" + FormatDuration(delay) + ")" +
                   multiple);
  }
  meter.clear = MeterClear::kEvery;
  // ipfm: counted from the dumps' own delay.
  meter.clear_grid = {every, meter.dump.after + delay};
}

std::string ParseDumpFile(std::string_view text) {
  if (text.empty() || text.ends_with('/')) {
    throw BadValue(Quote(text) +
                   " is no name of a file; allowed: a file for strftime(3), "
                   "like /var/log/ipfm/%Y-%m-%d");
  }
  return std::string(text);
}

}  // namespace ipband
