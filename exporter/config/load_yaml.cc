// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_yaml.h"

#include <algorithm>
#include <limits>

#include "exporter/config/limits.h"
#include "exporter/config/listen_address.h"
#include "exporter/config/load_meters.h"
#include "exporter/config/load_reports.h"
#include "exporter/config/local_ranges.h"
#include "exporter/config/named_subnets.h"
#include "exporter/config/text_values.h"
#include "exporter/config/urls.h"
#include "exporter/config/yaml_units.h"

namespace ipband {
namespace {

using Value = YamlValue;

// ---- capture

constexpr YamlKey<InterfaceOptions> kInterfaceKeys[] = {
    {"name",
     [](const Value& value, InterfaceOptions& interface) {
       interface.name = value.Parse(ParseInterfaceName);
     }},
    {"filter",
     [](const Value& value, InterfaceOptions& interface) {
       interface.filter = value.Text();
     }},
};

// A bare word stands for {name: word}.
InterfaceOptions ReadInterface(const Value& value) {
  InterfaceOptions interface;
  if (value.IsMap()) {
    interface.name.clear();
    ReadKeys(value, kInterfaceKeys, interface);
    if (interface.name.empty()) {
      value.Fail("an interface has no name; allowed: {name: eth0}");
    }
    if (!interface.filter.empty()) {
      Origins& origins = value.AllOrigins();
      origins[FilterOrigin(interface.name)] =
          origins.at("capture.interfaces.filter");
    }
  } else {
    interface.name = value.Parse(ParseInterfaceName);
  }
  return interface;
}

constexpr YamlKey<CaptureOptions> kCaptureKeys[] = {
    {"interfaces",
     [](const Value& value, CaptureOptions& capture) {
       capture.interfaces.clear();
       for (const Value& item : value.ListOfSome()) {
         capture.interfaces.push_back(ReadInterface(item));
       }
     }},
    {"promiscuous",
     [](const Value& value, CaptureOptions& capture) {
       capture.promiscuous = value.Bool();
     }},
    {"snaplen",
     [](const Value& value, CaptureOptions& capture) {
       capture.snaplen = Whole<int>(value, kSnaplenRange);
     }},
    {"buffer",
     [](const Value& value, CaptureOptions& capture) {
       capture.buffer_bytes = Size(value, kBufferRange);
     }},
};

// ---- accounting

constexpr YamlKey<AccountingOptions> kAggregateKeys[] = {
    {"ipv4",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.aggregate_ipv4 = Whole<int>(value, kIpv4BitsRange);
     }},
    {"ipv6",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.aggregate_ipv6 = Whole<int>(value, kIpv6BitsRange);
     }},
};

constexpr YamlKey<HostOptions> kHostKeys[] = {
    {"enabled", [](const Value& value,
                   HostOptions& hosts) { hosts.enabled = value.Bool(); }},
    {"max",
     [](const Value& value, HostOptions& hosts) {
       hosts.max = Whole<uint32_t>(value, kMaxHostsRange);
     }},
    {"idle_timeout",
     [](const Value& value, HostOptions& hosts) {
       hosts.idle_timeout = Duration(value, kIdleTimeoutRange);
     }},
};

constexpr YamlKey<ConnectionOptions> kConnectionKeys[] = {
    {"max",
     [](const Value& value, ConnectionOptions& connections) {
       connections.max = Whole<uint32_t>(value, kMaxConnectionsRange);
     }},
};

struct NamedSubnet {
  SubnetOptions options;
  std::vector<NamedNetwork> networks;
};

constexpr YamlKey<NamedSubnet> kSubnetKeys[] = {
    {"networks",
     [](const Value& value, NamedSubnet& subnet) {
       for (const Value& item : value.ListOfSome()) {
         const Prefix network = item.Parse(ParseNetwork);
         subnet.options.networks.push_back(network);
         subnet.networks.push_back({network, item.Line(), item.Place()});
       }
     }},
    {"name", [](const Value& value,
                NamedSubnet& subnet) { subnet.options.name = value.Text(); }},
    {"threshold",
     [](const Value& value, NamedSubnet& subnet) {
       subnet.options.threshold_bytes_per_second =
           value.Parse(ParseBandwidth)
               .value_or(std::numeric_limits<double>::infinity());
     }},
};

void ReadSubnets(const Value& value, AccountingOptions& accounting) {
  std::vector<NamedNetwork> networks;
  accounting.subnets.clear();
  for (const Value& item : value.List()) {
    NamedSubnet subnet;
    ReadKeys(item, kSubnetKeys, subnet);
    if (subnet.networks.empty()) {
      item.Fail("a subnet has no networks; allowed: {networks: [10.1.0.0/16]}");
    }
    accounting.subnets.push_back(std::move(subnet.options));
    networks.insert(networks.end(), subnet.networks.begin(),
                    subnet.networks.end());
  }
  RefuseOverlap(std::move(networks));
}

constexpr YamlKey<AccountingOptions> kAccountingKeys[] = {
    {"averaging_period",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.averaging_period = Duration(value, kAveragingPeriodRange);
     }},
    {"length",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.length = value.OneOf<LengthKind>(
           {{"frame", LengthKind::kFrame}, {"ip", LengthKind::kIp}});
     }},
    {"length_adjustment",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.length_adjustment =
           Whole<int64_t>(value, kLengthAdjustmentRange);
     }},
    {"aggregate",
     [](const Value& value, AccountingOptions& accounting) {
       ReadKeys(value, kAggregateKeys, accounting);
     }},
    {"local",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.local = NothingLocal();
       for (const Value& item : value.ListOfSome()) {
         item.Parse([&](const std::string& text) {
           AddLocal(text, accounting.local);
         });
       }
     }},
    {"subnets", ReadSubnets},
    {"max_subnets",
     [](const Value& value, AccountingOptions& accounting) {
       accounting.max_subnets = Whole<uint32_t>(value, kMaxSubnetsRange);
     }},
    {"hosts",
     [](const Value& value, AccountingOptions& accounting) {
       ReadKeys(value, kHostKeys, accounting.hosts);
     }},
    {"connections",
     [](const Value& value, AccountingOptions& accounting) {
       ReadKeys(value, kConnectionKeys, accounting.connections);
     }},
};

// ---- thresholds

constexpr YamlKey<ThresholdOptions> kThresholdClearKeys[] = {
    {"bandwidth",
     [](const Value& value, ThresholdOptions& thresholds) {
       thresholds.clear_share = value.Parse(ParseShare);
     }},
    {"after",
     [](const Value& value, ThresholdOptions& thresholds) {
       thresholds.clear_after = Duration(value, kClearAfterRange);
     }},
};

constexpr YamlKey<ThresholdOptions> kThresholdKeys[] = {
    {"bandwidth",
     [](const Value& value, ThresholdOptions& thresholds) {
       thresholds.bytes_per_second = value.Parse(ParseBandwidth);
     }},
    {"judge",
     [](const Value& value, ThresholdOptions& thresholds) {
       thresholds.judge = value.OneOf<Judge>({{"total", Judge::kTotal},
                                              {"receive", Judge::kReceive},
                                              {"transmit", Judge::kTransmit},
                                              {"either", Judge::kEither}});
     }},
    {"report_period",
     [](const Value& value, ThresholdOptions& thresholds) {
       thresholds.report_period = Duration(value, kReportPeriodRange);
     }},
    {"clear",
     [](const Value& value, ThresholdOptions& thresholds) {
       ReadKeys(value, kThresholdClearKeys, thresholds);
     }},
    {"exclude",
     [](const Value& value, ThresholdOptions& thresholds) {
       thresholds.exclude.clear();
       for (const Value& item : value.List()) {
         thresholds.exclude.push_back(item.Parse(ParseNetwork));
       }
     }},
};

// ---- web, storage, and the whole

constexpr YamlKey<WebOptions> kWebKeys[] = {
    {"listen_address",
     [](const Value& value, WebOptions& web) {
       web.listen_addresses.clear();
       for (const Value& item : value.ListOfSome()) {
         item.Parse(ParseListenAddress);
         web.listen_addresses.push_back(item.Text());
       }
     }},
    {"telemetry_path",
     [](const Value& value, WebOptions& web) {
       web.telemetry_path = value.Parse(ParseTelemetryPath);
     }},
    {"config_file",
     [](const Value& value, WebOptions& web) {
       web.config_file = value.Parse(ParseTextLine);
     }},
    {"external_url",
     [](const Value& value, WebOptions& web) {
       web.external_url = value.EmptyOr(ParseExternalUrl);
     }},
    {"details",
     [](const Value& value, WebOptions& web) {
       web.details = value.OneOf<WebDetails>(
           {{"local", WebDetails::kLocal},
            {"authenticated", WebDetails::kAuthenticated},
            {"all", WebDetails::kAll},
            {"off", WebDetails::kOff}});
     }},
};

constexpr YamlKey<StorageOptions> kStorageKeys[] = {
    {"path",
     [](const Value& value, StorageOptions& storage) {
       storage.path = value.Parse(ParseTextLine);
     }},
    {"checkpoint",
     [](const Value& value, StorageOptions& storage) {
       storage.checkpoint = Duration(value, kCheckpointRange);
     }},
};

constexpr YamlKey<Config> kSections[] = {
    {"capture",
     [](const Value& value, Config& config) {
       ReadKeys(value, kCaptureKeys, config.capture);
     }},
    {"accounting",
     [](const Value& value, Config& config) {
       ReadKeys(value, kAccountingKeys, config.accounting);
     }},
    {"thresholds",
     [](const Value& value, Config& config) {
       ReadKeys(value, kThresholdKeys, config.thresholds);
     }},
    {"reports", [](const Value& value,
                   Config& config) { ReadReports(value, config.reports); }},
    {"meters", [](const Value& value,
                  Config& config) { ReadMeters(value, config.meters); }},
    {"web", [](const Value& value,
               Config& config) { ReadKeys(value, kWebKeys, config.web); }},
    {"storage",
     [](const Value& value, Config& config) {
       ReadKeys(value, kStorageKeys, config.storage);
     }},
};

constexpr YamlKey<Config> kMetersSection[] = {
    {"meters", [](const Value& value,
                  Config& config) { ReadMeters(value, config.meters); }},
};

template <size_t kCount>
void LoadSections(const TextFile& file,
                  const YamlKey<Config> (&sections)[kCount], Config& config,
                  Origins& origins) {
  const YamlNode root = ParseYaml(file);
  const YamlSource source{file.name, origins};
  const YamlValue document(root, "", source);
  if (root.kind == YamlNode::Kind::kScalar ||
      root.kind == YamlNode::Kind::kList) {
    document.Fail(
        "the file holds no map of sections; allowed: YAML like \"accounting: "
        "{averaging_period: 60s}\" (an ipband.conf is read with -c)");
  }
  ReadKeys(document, sections, config);
}

bool IsKeyLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// "capture:" or "capture: {}"
bool BeginsWithKey(std::string_view line) {
  const size_t colon = line.find(':');
  return colon != 0 && colon != std::string_view::npos &&
         std::all_of(line.begin(), line.begin() + static_cast<ptrdiff_t>(colon),
                     IsKeyLetter) &&
         (colon + 1 == line.size() || line[colon + 1] == ' ');
}

}  // namespace

void LoadYaml(const TextFile& file, Config& config, Origins& origins) {
  LoadSections(file, kSections, config, origins);
}

// An interface may be called anything, but for blanks.
std::string FilterOrigin(const std::string& interface) {
  return "capture.interfaces.filter of " + interface;
}

void LoadYamlMeters(const TextFile& file, Config& config, Origins& origins) {
  LoadSections(file, kMetersSection, config, origins);
}

bool LooksLikeYaml(std::string_view text) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t last = line.find_last_not_of(" \t\r");
    if (last == std::string_view::npos) continue;
    line = line.substr(0, last + 1);
    if (line[line.find_first_not_of(" \t")] == '#') continue;
    return line == "---" || line.starts_with("--- ") || line.starts_with('{') ||
           BeginsWithKey(line);
  }
  return false;
}

}  // namespace ipband
