// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/write_yaml.h"

#include <string>
#include <vector>

#include "exporter/config/local_ranges.h"
#include "exporter/config/units.h"
#include "exporter/config/write_meters.h"

namespace ipband {
namespace {

std::string YamlNetworks(const std::vector<Prefix>& networks) {
  std::vector<std::string> words;
  words.reserve(networks.size());
  for (const Prefix& network : networks) {
    words.push_back(YamlWord(ToString(network)));
  }
  return YamlList(words);
}

// ---- capture

void WriteInterfaces(const std::vector<InterfaceOptions>& interfaces,
                     YamlText& out) {
  out.OpenList("interfaces");
  for (const InterfaceOptions& interface : interfaces) {
    out.OpenItem();
    out.Write("name", YamlString(interface.name));
    out.Write("filter", YamlString(interface.filter), YamlString(""));
    out.CloseItem();
  }
  out.CloseList();
}

void WriteCapture(const CaptureOptions& capture, YamlText& out) {
  const CaptureOptions native;
  out.Open("capture");
  if (capture.interfaces != native.interfaces) {
    WriteInterfaces(capture.interfaces, out);
  }
  out.Write("promiscuous", YamlBool(capture.promiscuous),
            YamlBool(native.promiscuous));
  out.Write("snaplen", std::to_string(capture.snaplen),
            std::to_string(native.snaplen));
  out.Write("buffer", FormatSize(capture.buffer_bytes),
            FormatSize(native.buffer_bytes));
  out.Close();
}

// ---- accounting

std::string YamlLocal(const LocalOptions& local) {
  std::vector<std::string> words;
  for (const std::string& element : LocalElements(local)) {
    words.push_back(YamlWord(element));
  }
  return YamlList(words);
}

void WriteSubnets(const std::vector<SubnetOptions>& subnets, YamlText& out) {
  if (subnets.empty()) return;
  out.OpenList("subnets");
  for (const SubnetOptions& subnet : subnets) {
    out.OpenItem();
    out.Write("networks", YamlNetworks(subnet.networks));
    out.Write("name", YamlString(subnet.name), YamlString(""));
    if (subnet.threshold_bytes_per_second) {
      out.Write("threshold",
                FormatBandwidth(subnet.threshold_bytes_per_second));
    }
    out.CloseItem();
  }
  out.CloseList();
}

void WriteHosts(const HostOptions& hosts, YamlText& out) {
  const HostOptions native;
  out.Open("hosts");
  out.Write("enabled", YamlBool(hosts.enabled), YamlBool(native.enabled));
  out.Write("max", std::to_string(hosts.max), std::to_string(native.max));
  out.Write("idle_timeout", FormatDuration(hosts.idle_timeout),
            FormatDuration(native.idle_timeout));
  out.Close();
}

void WriteAccounting(const AccountingOptions& accounting, YamlText& out) {
  const AccountingOptions native;
  out.Open("accounting");
  out.Write("averaging_period", FormatDuration(accounting.averaging_period),
            FormatDuration(native.averaging_period));
  out.Write("length", YamlLength(accounting.length), YamlLength(native.length));
  out.Write("length_adjustment", std::to_string(accounting.length_adjustment),
            std::to_string(native.length_adjustment));
  out.Open("aggregate");
  out.Write("ipv4", std::to_string(accounting.aggregate_ipv4),
            std::to_string(native.aggregate_ipv4));
  out.Write("ipv6", std::to_string(accounting.aggregate_ipv6),
            std::to_string(native.aggregate_ipv6));
  out.Close();
  out.Write("local", YamlLocal(accounting.local), YamlLocal(native.local));
  WriteSubnets(accounting.subnets, out);
  out.Write("max_subnets", std::to_string(accounting.max_subnets),
            std::to_string(native.max_subnets));
  WriteHosts(accounting.hosts, out);
  out.Open("connections");
  out.Write("max", std::to_string(accounting.connections.max),
            std::to_string(native.connections.max));
  out.Close();
  out.Close();
}

// ---- thresholds

std::string YamlJudge(Judge judge) {
  switch (judge) {
    case Judge::kTotal:
      return "total";
    case Judge::kReceive:
      return "receive";
    case Judge::kTransmit:
      return "transmit";
    case Judge::kEither:
      return "either";
  }
  return "";
}

void WriteThresholds(const ThresholdOptions& thresholds, YamlText& out) {
  const ThresholdOptions native;
  out.Open("thresholds");
  out.Write("bandwidth", FormatBandwidth(thresholds.bytes_per_second),
            FormatBandwidth(native.bytes_per_second));
  out.Write("judge", YamlJudge(thresholds.judge), YamlJudge(native.judge));
  out.Write("report_period", FormatDuration(thresholds.report_period),
            FormatDuration(native.report_period));
  out.Open("clear");
  out.Write("bandwidth", FormatShare(thresholds.clear_share),
            FormatShare(native.clear_share));
  out.Write("after", FormatDuration(thresholds.clear_after),
            FormatDuration(native.clear_after));
  out.Close();
  out.Write("exclude", YamlNetworks(thresholds.exclude),
            YamlNetworks(native.exclude));
  out.Close();
}

// ---- reports

void WriteMail(const MailOptions& mail, YamlText& out) {
  const MailOptions native;
  out.Open("mail");
  out.Write("to", YamlStrings(mail.to), YamlStrings(native.to));
  out.Write("from", YamlString(mail.from), YamlString(native.from));
  out.Write("subject", YamlString(mail.subject), YamlString(native.subject));
  out.Write("footer", YamlString(mail.footer), YamlString(native.footer));
  out.Write("smtp", YamlString(mail.smtp), YamlString(native.smtp));
  out.Write("command", YamlString(mail.command), YamlString(native.command));
  out.Write("timeout", FormatDuration(mail.timeout),
            FormatDuration(native.timeout));
  out.Write("repeat", FormatDuration(mail.repeat),
            FormatDuration(native.repeat));
  out.Close();
}

void WriteWebhook(const WebhookOptions& webhook, YamlText& out) {
  const WebhookOptions native;
  out.Open("webhook");
  out.Write("url", YamlString(webhook.url), YamlString(native.url));
  out.Write("timeout", FormatDuration(webhook.timeout),
            FormatDuration(native.timeout));
  out.Close();
}

void WriteReports(const ReportOptions& reports, YamlText& out) {
  const ReportOptions native;
  out.Open("reports");
  out.Write("directory", YamlString(reports.directory),
            YamlString(native.directory));
  out.Open("keep");
  out.Write("age", FormatDuration(reports.keep_age),
            FormatDuration(native.keep_age));
  out.Write("size", FormatSize(reports.keep_bytes),
            FormatSize(native.keep_bytes));
  out.Close();
  out.Write("text", YamlString(reports.text), YamlString(native.text));
  out.Write("json", YamlString(reports.json), YamlString(native.json));
  out.Write("html", YamlString(reports.html), YamlString(native.html));
  out.Write("html_title", YamlString(reports.html_title),
            YamlString(native.html_title));
  out.Write("top", std::to_string(reports.top), std::to_string(native.top));
  out.Write("accumulate", YamlBool(reports.accumulate),
            YamlBool(native.accumulate));
  out.Write("resolve", YamlBool(reports.resolve), YamlBool(native.resolve));
  WriteMail(reports.mail, out);
  WriteWebhook(reports.webhook, out);
  out.Close();
}

// ---- web and storage

std::string YamlDetails(WebDetails details) {
  switch (details) {
    case WebDetails::kLocal:
      return "local";
    case WebDetails::kAuthenticated:
      return "authenticated";
    case WebDetails::kAll:
      return "all";
    case WebDetails::kOff:
      // A reader of YAML 1.1 would take the bare word for false.
      return "\"off\"";
  }
  return "";
}

void WriteWeb(const WebOptions& web, YamlText& out) {
  const WebOptions native;
  out.Open("web");
  out.Write("listen_address", YamlStrings(web.listen_addresses),
            YamlStrings(native.listen_addresses));
  out.Write("telemetry_path", YamlString(web.telemetry_path),
            YamlString(native.telemetry_path));
  out.Write("config_file", YamlString(web.config_file),
            YamlString(native.config_file));
  out.Write("external_url", YamlString(web.external_url),
            YamlString(native.external_url));
  out.Write("details", YamlDetails(web.details), YamlDetails(native.details));
  out.Close();
}

void WriteStorage(const StorageOptions& storage, YamlText& out) {
  const StorageOptions native;
  out.Open("storage");
  out.Write("path", YamlString(storage.path), YamlString(native.path));
  out.Write("checkpoint", FormatDuration(storage.checkpoint),
            FormatDuration(native.checkpoint));
  out.Close();
}

}  // namespace

std::string WriteYaml(const Config& config, const YamlComments& comments) {
  YamlText out(comments);
  WriteCapture(config.capture, out);
  WriteAccounting(config.accounting, out);
  WriteThresholds(config.thresholds, out);
  WriteReports(config.reports, out);
  WriteMeters(config.meters, out);
  WriteWeb(config.web, out);
  WriteStorage(config.storage, out);
  return out.text();
}

}  // namespace ipband
