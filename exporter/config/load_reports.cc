// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_reports.h"

#include "exporter/config/limits.h"
#include "exporter/config/text_values.h"
#include "exporter/config/urls.h"
#include "exporter/config/yaml_units.h"

namespace ipband {
namespace {

using Value = YamlValue;

std::string TextLine(const Value& value) { return value.Parse(ParseTextLine); }

// "a@x, b@y", or a list of such texts.
std::vector<std::string> Addresses(const Value& value) {
  if (!value.IsList()) return value.Parse(ParseMailAddresses);
  std::vector<std::string> all;
  for (const Value& item : value.List()) {
    const std::vector<std::string> some = item.Parse(ParseMailAddresses);
    if (some.empty()) {
      item.Fail("an address is empty; allowed: [ops@example.net]");
    }
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

constexpr YamlKey<ReportOptions> kKeepKeys[] = {
    {"age",
     [](const Value& value, ReportOptions& reports) {
       reports.keep_age = Duration(value, kKeepAgeRange);
     }},
    {"size",
     [](const Value& value, ReportOptions& reports) {
       reports.keep_bytes = Size(value, kKeepBytesRange);
     }},
};

constexpr YamlKey<MailOptions> kMailKeys[] = {
    {"to",
     [](const Value& value, MailOptions& mail) { mail.to = Addresses(value); }},
    {"from", [](const Value& value,
                MailOptions& mail) { mail.from = TextLine(value); }},
    {"subject", [](const Value& value,
                   MailOptions& mail) { mail.subject = TextLine(value); }},
    {"footer", [](const Value& value,
                  MailOptions& mail) { mail.footer = TextLine(value); }},
    {"smtp",
     [](const Value& value, MailOptions& mail) {
       mail.smtp = value.Parse(ParseMailServer);
     }},
    {"command",
     [](const Value& value, MailOptions& mail) {
       mail.command = TextLine(value);
       if (!mail.command.empty() &&
           mail.command.find_first_not_of(' ') == std::string::npos) {
         value.Fail(
             "the command is blank; allowed: a program with its "
             "arguments, or nothing for smtp");
       }
     }},
    {"timeout",
     [](const Value& value, MailOptions& mail) {
       mail.timeout = Duration(value, kTimeoutRange);
     }},
    {"repeat",
     [](const Value& value, MailOptions& mail) {
       mail.repeat = Duration(value, kMailRepeatRange);
     }},
};

constexpr YamlKey<WebhookOptions> kWebhookKeys[] = {
    {"url",
     [](const Value& value, WebhookOptions& webhook) {
       webhook.url = value.EmptyOr(ParseWebhookUrl);
     }},
    {"timeout",
     [](const Value& value, WebhookOptions& webhook) {
       webhook.timeout = Duration(value, kTimeoutRange);
     }},
};

constexpr YamlKey<ReportOptions> kReportKeys[] = {
    {"directory",
     [](const Value& value, ReportOptions& reports) {
       reports.directory = TextLine(value);
     }},
    {"keep",
     [](const Value& value, ReportOptions& reports) {
       ReadKeys(value, kKeepKeys, reports);
     }},
    {"text", [](const Value& value,
                ReportOptions& reports) { reports.text = TextLine(value); }},
    {"json", [](const Value& value,
                ReportOptions& reports) { reports.json = TextLine(value); }},
    {"html", [](const Value& value,
                ReportOptions& reports) { reports.html = TextLine(value); }},
    {"html_title",
     [](const Value& value, ReportOptions& reports) {
       reports.html_title = value.Text();
     }},
    {"top",
     [](const Value& value, ReportOptions& reports) {
       reports.top = Whole<uint32_t>(value, kTopRange);
     }},
    {"accumulate",
     [](const Value& value, ReportOptions& reports) {
       reports.accumulate = value.Bool();
     }},
    {"resolve", [](const Value& value,
                   ReportOptions& reports) { reports.resolve = value.Bool(); }},
    {"mail",
     [](const Value& value, ReportOptions& reports) {
       ReadKeys(value, kMailKeys, reports.mail);
     }},
    {"webhook",
     [](const Value& value, ReportOptions& reports) {
       ReadKeys(value, kWebhookKeys, reports.webhook);
     }},
};

}  // namespace

void ReadReports(const YamlValue& section, ReportOptions& reports) {
  ReadKeys(section, kReportKeys, reports);
}

}  // namespace ipband
