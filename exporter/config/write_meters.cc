// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/write_meters.h"

#include "exporter/config/log_rule.h"
#include "exporter/config/units.h"

namespace ipband {
namespace {

std::string YamlMode(DumpMode mode) {
  return mode == DumpMode::kAppend ? "append" : "replace";
}

std::string YamlFormat(DumpFormat format) {
  switch (format) {
    case DumpFormat::kText:
      return "text";
    case DumpFormat::kCsv:
      return "csv";
    case DumpFormat::kJson:
      return "json";
  }
  return "";
}

std::string YamlNameBy(DumpNameBy name_by) {
  return name_by == DumpNameBy::kStart ? "start" : "end";
}

std::string YamlSort(DumpSort sort) {
  switch (sort) {
    case DumpSort::kNone:
      return "none";
    case DumpSort::kIn:
      return "in";
    case DumpSort::kOut:
      return "out";
    case DumpSort::kTotal:
      return "total";
  }
  return "";
}

void WriteRules(const std::vector<LogRule>& rules, YamlText& out) {
  out.OpenList("rules");
  for (const LogRule& rule : rules) out.WriteItem(YamlString(ToString(rule)));
  out.CloseList();
}

void WriteDump(const MeterConfig& config, YamlText& out) {
  const MeterGrid native_grid;
  const DumpOptions native;
  out.Open("dump");
  out.Write("every", FormatDuration(config.meter.dump.every),
            FormatDuration(native_grid.every));
  out.Write("after", FormatDuration(config.meter.dump.after),
            FormatDuration(native_grid.after));
  out.Write("file", YamlString(config.dump.file), YamlString(native.file));
  out.Write("mode", YamlMode(config.dump.mode), YamlMode(native.mode));
  out.Write("format", YamlFormat(config.dump.format),
            YamlFormat(native.format));
  out.Write("name_by", YamlNameBy(config.dump.name_by),
            YamlNameBy(native.name_by));
  out.Close();
}

// A file says how long after a dump it is cleared.
void WriteClear(const MeterOptions& meter, YamlText& out) {
  if (meter.clear == MeterClear::kNever) out.Write("clear", "never");
  if (meter.clear != MeterClear::kEvery) return;
  const std::chrono::seconds delay = meter.clear_grid.after - meter.dump.after;
  out.Open("clear");
  out.Write("every", FormatDuration(meter.clear_grid.every));
  out.Write("after", FormatDuration(delay), FormatDuration(MeterGrid().after));
  out.Close();
}

void WriteMeter(const MeterConfig& config, YamlText& out) {
  const MeterConfig native;
  const MeterOptions& meter = config.meter;
  out.Write("name", YamlString(meter.name));
  out.Write("interfaces", YamlStrings(meter.interfaces),
            YamlStrings(native.meter.interfaces));
  WriteRules(meter.rules, out);
  out.Write("length", YamlLength(meter.length),
            YamlLength(native.meter.length));
  out.Write("require_checksum", YamlBool(meter.require_checksum),
            YamlBool(native.meter.require_checksum));
  WriteDump(config, out);
  WriteClear(meter, out);
  out.Write("sort", YamlSort(config.dump.sort), YamlSort(native.dump.sort));
  out.Write("resolve", YamlBool(config.dump.resolve),
            YamlBool(native.dump.resolve));
  out.Write("local_time", YamlBool(config.dump.local_time),
            YamlBool(native.dump.local_time));
  out.Write("max_hosts", std::to_string(meter.max_hosts),
            std::to_string(native.meter.max_hosts));
  out.Open("metrics");
  out.Write("max", std::to_string(meter.max_series),
            std::to_string(native.meter.max_series));
  out.Close();
}

}  // namespace

std::string YamlLength(LengthKind length) {
  return length == LengthKind::kIp ? "ip" : "frame";
}

void WriteMeters(const std::vector<MeterConfig>& meters, YamlText& out) {
  if (meters.empty()) return;
  out.OpenList("meters");
  for (const MeterConfig& meter : meters) {
    out.OpenItem();
    WriteMeter(meter, out);
    out.CloseItem();
  }
  out.CloseList();
}

}  // namespace ipband
