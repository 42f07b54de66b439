// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/exporter/config/random_config.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <string>
#include <string_view>

#include "exporter/config/limits.h"
#include "exporter/config/local_ranges.h"

namespace ipband {
namespace {

using std::chrono::seconds;

class Draw {
 public:
  explicit Draw(std::mt19937_64& random) : random_(random) {}

  // Half of all values stay what they are by default.
  bool Changes() { return Below(2) == 1; }
  uint64_t Below(uint64_t end) { return random_() % end; }

  template <class T>
  void Whole(T& value, Range<int64_t> range) {
    if (!Changes()) return;
    const auto span = static_cast<uint64_t>(range.max - range.min) + 1;
    value = static_cast<T>(range.min + static_cast<int64_t>(Below(span)));
  }
  void Duration(seconds& value, Range<seconds> range) {
    int64_t count = value.count();
    Whole(count, {range.min.count(), range.max.count()});
    value = seconds(count);
  }
  void Size(uint64_t& value, Range<uint64_t> range) {
    if (!Changes()) return;
    value = range.min + Below(range.max - range.min + 1);
    if (Changes()) value = std::max(range.min, value >> 10 << 10);
  }
  void Bool(bool& value) { value = Changes(); }
  template <class T>
  void OneOf(T& value, std::initializer_list<T> values) {
    value = *(values.begin() + static_cast<ptrdiff_t>(Below(values.size())));
  }

  // One line of text with all that YAML could stumble over.
  std::string Text() {
    static constexpr std::array<std::string_view, 24> kPieces = {
        "a",  "Z9", " ", ":", ": ", "#", " #",       "*",
        "&",  "!",  "%", "@", "\"", "'", "\\",       "-",
        "- ", "[",  "]", "{", "}",  ",", "\xc3\xbc", "\xe2\x80\xa8"};
    std::string text;
    for (uint64_t left = Below(8); left > 0; --left) {
      text += kPieces[Below(kPieces.size())];
    }
    return text;
  }
  void Line(std::string& value) {
    if (Changes()) value = Text();
  }

  Address AnyAddress() {
    if (Changes()) return Address::V4(static_cast<uint32_t>(random_()));
    return Address::V6(random_(), random_());
  }
  Prefix Network() {
    const Address address = AnyAddress();
    const auto most = static_cast<uint64_t>(AddressBits(address.family));
    return PrefixAround(address, static_cast<int>(Below(most + 1)));
  }
  // Those of 10.0.0.0/8 or below fd00::/8: none holds another.
  Prefix Distinct(uint32_t number) {
    if (Changes()) return {Address::V4(10u << 24 | number << 8), 24};
    return {Address::V6(uint64_t{0xfd} << 56 | uint64_t{number} << 16, 0), 48};
  }
  double Rate() {
    switch (Below(4)) {
      case 0:
        return 0;
      case 1:
        return 1024.0 * static_cast<double>(Below(100'000)) / 10;
      case 2:
        return 125.0 * static_cast<double>(Below(100'000'000));
      default:
        return std::uniform_real_distribution<double>(0, 12.5e12)(random_);
    }
  }
  double Share() {
    const double percent =
        Changes() ? static_cast<double>(1 + Below(100))
                  : std::uniform_real_distribution<double>(1e-9, 100)(random_);
    return percent / 100;
  }

 private:
  std::mt19937_64& random_;
};

void FillCapture(Draw& draw, CaptureOptions& capture) {
  if (draw.Changes()) {
    capture.interfaces.clear();
    for (const char* name : {"eth0", "any", "!veth*", "*", "on", "7", "a:b"}) {
      if (!capture.interfaces.empty() && draw.Changes()) continue;
      capture.interfaces.push_back({name, draw.Changes() ? draw.Text() : ""});
    }
  }
  draw.Bool(capture.promiscuous);
  draw.Whole(capture.snaplen, kSnaplenRange);
  draw.Size(capture.buffer_bytes, kBufferRange);
}

LocalOptions SomeLocal(Draw& draw) {
  LocalOptions local = NothingLocal();
  draw.Bool(local.any);
  draw.Bool(local.automatic);
  for (uint64_t left = draw.Below(4); left > 0; --left) {
    const Address one = draw.AnyAddress();
    const Address other = draw.AnyAddress();
    if (one.family == other.family) {
      local.ranges.push_back({std::min(one, other), std::max(one, other)});
    }
    local.ranges.push_back({one, one});
    local.ranges.push_back(RangeOf(draw.Network()));
  }
  if (local == NothingLocal()) local.any = true;
  return local;
}

std::vector<SubnetOptions> SomeSubnets(Draw& draw) {
  std::vector<SubnetOptions> subnets(draw.Below(4));
  uint32_t number = 0;
  for (SubnetOptions& subnet : subnets) {
    for (uint64_t left = 1 + draw.Below(3); left > 0; --left) {
      subnet.networks.push_back(draw.Distinct(number++));
    }
    draw.Line(subnet.name);
    if (draw.Changes()) {
      subnet.threshold_bytes_per_second =
          draw.Changes() ? draw.Rate()
                         : std::numeric_limits<double>::infinity();
    }
  }
  return subnets;
}

void FillAccounting(Draw& draw, AccountingOptions& accounting) {
  draw.Duration(accounting.averaging_period, kAveragingPeriodRange);
  draw.OneOf(accounting.length, {LengthKind::kFrame, LengthKind::kIp});
  draw.Whole(accounting.length_adjustment, kLengthAdjustmentRange);
  draw.Whole(accounting.aggregate_ipv4, kIpv4BitsRange);
  draw.Whole(accounting.aggregate_ipv6, kIpv6BitsRange);
  if (draw.Changes()) accounting.local = SomeLocal(draw);
  accounting.subnets = SomeSubnets(draw);
  draw.Whole(accounting.max_subnets, kMaxSubnetsRange);
  draw.Bool(accounting.hosts.enabled);
  draw.Whole(accounting.hosts.max, kMaxHostsRange);
  draw.Duration(accounting.hosts.idle_timeout, kIdleTimeoutRange);
  draw.Whole(accounting.connections.max, kMaxConnectionsRange);
}

void FillThresholds(Draw& draw, ThresholdOptions& thresholds) {
  if (draw.Changes()) thresholds.bytes_per_second = draw.Rate();
  draw.OneOf(thresholds.judge, {Judge::kTotal, Judge::kReceive,
                                Judge::kTransmit, Judge::kEither});
  draw.Duration(thresholds.report_period, kReportPeriodRange);
  if (draw.Changes()) thresholds.clear_share = draw.Share();
  draw.Duration(thresholds.clear_after, kClearAfterRange);
  for (uint64_t left = draw.Below(4); left > 0; --left) {
    thresholds.exclude.push_back(draw.Network());
  }
}

void FillMail(Draw& draw, MailOptions& mail) {
  if (draw.Changes()) mail.to = {"ops@example.net", "\"Net, Team\" <n@a.b>"};
  draw.Line(mail.from);
  draw.Line(mail.subject);
  draw.Line(mail.footer);
  draw.OneOf<std::string>(
      mail.smtp, {"localhost:25", "smtps://user:p%40ss@mail.example.net:465"});
  if (draw.Changes()) mail.command = "x" + draw.Text();
  draw.Duration(mail.timeout, kTimeoutRange);
  draw.Duration(mail.repeat, kMailRepeatRange);
}

void FillReports(Draw& draw, ReportOptions& reports) {
  draw.Line(reports.directory);
  draw.Duration(reports.keep_age, kKeepAgeRange);
  draw.Size(reports.keep_bytes, kKeepBytesRange);
  draw.Line(reports.text);
  draw.Line(reports.json);
  draw.Line(reports.html);
  draw.Line(reports.html_title);
  draw.Whole(reports.top, kTopRange);
  draw.Bool(reports.accumulate);
  draw.Bool(reports.resolve);
  FillMail(draw, reports.mail);
  draw.OneOf<std::string>(reports.webhook.url,
                          {"", "https://example.net/hook?a=b#c"});
  draw.Duration(reports.webhook.timeout, kTimeoutRange);
}

AddressPattern SomePattern(Draw& draw) {
  AddressPattern pattern;
  pattern.any = draw.Changes();
  if (pattern.any) return pattern;
  const Address address = draw.AnyAddress();
  const bool is_v4 = address.family == Family::kIpv4;
  const Address all =
      is_v4 ? Address::V4(UINT32_MAX) : Address::V6(UINT64_MAX, UINT64_MAX);
  const auto most = static_cast<uint64_t>(AddressBits(address.family));
  pattern.mask = FirstAddress(all, static_cast<int>(draw.Below(most + 1)));
  // ipfm: a mask may have holes.
  if (draw.Changes()) pattern.mask.low &= ~uint64_t{0x10};
  pattern.network = address;
  pattern.network.high &= pattern.mask.high;
  pattern.network.low &= pattern.mask.low;
  return pattern;
}

LogRule SomeRule(Draw& draw) {
  LogRule rule;
  draw.OneOf(rule.count, {LogRule::Count::kNone, LogRule::Count::kFrom,
                          LogRule::Count::kTo, LogRule::Count::kBoth});
  rule.host = SomePattern(draw);
  rule.peer = SomePattern(draw);
  draw.Bool(rule.not_with);
  return rule;
}

void FillGrids(Draw& draw, MeterOptions& meter) {
  const Range<seconds> periods{seconds(1), std::chrono::days(30)};
  draw.Duration(meter.dump.every, periods);
  draw.Duration(meter.dump.after, {seconds(0), periods.max});
  draw.OneOf(meter.clear,
             {MeterClear::kAlways, MeterClear::kNever, MeterClear::kEvery});
  if (meter.clear != MeterClear::kEvery) return;
  meter.clear_grid.every = meter.dump.every * (1 + draw.Below(9));
  meter.clear_grid.after = meter.dump.after + meter.dump.every * draw.Below(9);
}

MeterConfig SomeMeter(Draw& draw, const std::string& name) {
  MeterConfig config;
  MeterOptions& meter = config.meter;
  meter.name = name + draw.Text();
  if (draw.Changes()) meter.interfaces = {"eth0", "wl*"};
  for (uint64_t left = 1 + draw.Below(5); left > 0; --left) {
    meter.rules.push_back(SomeRule(draw));
  }
  draw.OneOf(meter.length, {LengthKind::kFrame, LengthKind::kIp});
  draw.Bool(meter.require_checksum);
  FillGrids(draw, meter);
  draw.Whole(meter.max_hosts, kMeterHostsRange);
  draw.Whole(meter.max_series, kMeterSeriesRange);
  DumpOptions& dump = config.dump;
  if (draw.Changes()) dump.file = "/x" + draw.Text();
  draw.OneOf(dump.mode, {DumpMode::kReplace, DumpMode::kAppend});
  draw.OneOf(dump.format,
             {DumpFormat::kText, DumpFormat::kCsv, DumpFormat::kJson});
  draw.OneOf(dump.name_by, {DumpNameBy::kEnd, DumpNameBy::kStart});
  draw.OneOf(dump.sort, {DumpSort::kNone, DumpSort::kIn, DumpSort::kOut,
                         DumpSort::kTotal});
  draw.Bool(dump.resolve);
  draw.Bool(dump.local_time);
  return config;
}

void FillWeb(Draw& draw, WebOptions& web) {
  if (draw.Changes()) {
    web.listen_addresses = {"127.0.0.1:1", "[::1]:2", "unix:/run/x.y"};
  }
  draw.OneOf<std::string>(web.telemetry_path, {"/metrics", "/a:b,c"});
  draw.OneOf<std::string>(web.config_file, {"", "/etc/web.yml", "a b.yml"});
  draw.OneOf<std::string>(web.external_url, {"", "https://example.net/ipband"});
  draw.OneOf(web.details, {WebDetails::kLocal, WebDetails::kAuthenticated,
                           WebDetails::kAll, WebDetails::kOff});
}

}  // namespace

Config RandomConfig(std::mt19937_64& random) {
  Draw draw(random);
  Config config;
  FillCapture(draw, config.capture);
  FillAccounting(draw, config.accounting);
  FillThresholds(draw, config.thresholds);
  FillReports(draw, config.reports);
  for (const char* name : {"1", "b", "#3"}) {
    if (draw.Changes()) config.meters.push_back(SomeMeter(draw, name));
  }
  FillWeb(draw, config.web);
  draw.Line(config.storage.path);
  draw.Duration(config.storage.checkpoint, kCheckpointRange);
  return config;
}

}  // namespace ipband
