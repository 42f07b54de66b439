// SPDX-License-Identifier: Apache-2.0
#include "exporter/config/load_reports.h"

#include <gtest/gtest.h>

#include "exporter/config/load_yaml.h"
#include "tests/unit/exporter/what_was_said.h"

namespace ipband {
namespace {

using std::chrono::seconds;
using Words = std::vector<std::string>;

ReportOptions ReportsOf(const std::string& text) {
  Config config;
  Origins origins;
  LoadYaml({"f", "reports: {" + text + "}\n"}, config, origins);
  return config.reports;
}

std::string ReportsError(const std::string& text) {
  return ErrorOf([&] { ReportsOf(text); });
}

TEST(LoadReports, NothingSaidIsTheDefault) {
  const ReportOptions reports = ReportsOf("");
  EXPECT_EQ(reports.directory, "reports");
  EXPECT_EQ(reports.keep_age, seconds(30 * 86400));
  EXPECT_EQ(reports.keep_bytes, 256u << 20);
  EXPECT_EQ(reports.top, 50u);
  EXPECT_EQ(reports.mail.smtp, "localhost:25");
  EXPECT_EQ(reports.mail.repeat, seconds(3600));
  EXPECT_TRUE(reports.mail.to.empty());
  EXPECT_EQ(reports.webhook.url, "");
}

TEST(LoadReports, ReadsFilesAndContents) {
  const ReportOptions reports = ReportsOf(
      "directory: /var/r, keep: {age: 7d, size: 1GiB}, text: a.txt, json: '-', "
      "html: b.html, top: 0, accumulate: true, resolve: true");
  EXPECT_EQ(reports.directory, "/var/r");
  EXPECT_EQ(reports.keep_age, seconds(7 * 86400));
  EXPECT_EQ(reports.keep_bytes, 1u << 30);
  EXPECT_EQ(reports.text, "a.txt");
  EXPECT_EQ(reports.json, "-");
  EXPECT_EQ(reports.html, "b.html");
  EXPECT_EQ(reports.top, 0u);
  EXPECT_TRUE(reports.accumulate);
  EXPECT_TRUE(reports.resolve);
}

TEST(LoadReports, ReadsMail) {
  const MailOptions mail =
      ReportsOf(
          "mail: {to: [a@b, 'C <c@d>, e@f'], from: x@y, subject: Much, "
          "footer: /f, smtp: 'smtps://u:p@h', command: /bin/mta -t, "
          "timeout: 5s, repeat: 0s}")
          .mail;
  EXPECT_EQ(mail.to, (Words{"a@b", "C <c@d>", "e@f"}));
  EXPECT_EQ(mail.from, "x@y");
  EXPECT_EQ(mail.subject, "Much");
  EXPECT_EQ(mail.footer, "/f");
  EXPECT_EQ(mail.smtp, "smtps://u:p@h");
  EXPECT_EQ(mail.command, "/bin/mta -t");
  EXPECT_EQ(mail.timeout, seconds(5));
  EXPECT_EQ(mail.repeat, seconds(0));
}

TEST(LoadReports, AddressesMayAlsoBeOneText) {
  EXPECT_EQ(ReportsOf("mail: {to: 'a@b, c@d'}").mail.to, (Words{"a@b", "c@d"}));
  EXPECT_TRUE(ReportsOf("mail: {to: ''}").mail.to.empty());
  EXPECT_TRUE(ReportsOf("mail: {to: []}").mail.to.empty());
}

TEST(LoadReports, ReadsTheWebhook) {
  const WebhookOptions webhook =
      ReportsOf("webhook: {url: 'https://h/x', timeout: 1m}").webhook;
  EXPECT_EQ(webhook.url, "https://h/x");
  EXPECT_EQ(webhook.timeout, seconds(60));
  EXPECT_EQ(ReportsOf("webhook: {url: ''}").webhook.url, "");
}

TEST(LoadReports, WhatWouldBreakAMailHeaderIsRefused) {
  const std::string end = " has a control character; allowed: one line of text";
  EXPECT_EQ(ReportsError("mail: {from: \"a\\nBcc: b\"}"),
            "f:1:24: reports.mail.from: \"a\\x0aBcc: b\"" + end);
  EXPECT_NE(ReportsError("mail: {subject: \"a\\rb\"}"), "");
  EXPECT_NE(ReportsError("mail: {to: [\"a\\nb\"]}"), "");
  EXPECT_NE(ReportsError("text: \"a\\nb\""), "");
  EXPECT_EQ(ReportsError("mail: {to: [a@b, '']}"),
            "f:1:28: reports.mail.to: an address is empty; allowed: "
            "[ops@example.net]");
}

TEST(LoadReports, ACommandIsNotBlank) {
  EXPECT_EQ(ReportsError("mail: {command: ' '}"),
            "f:1:27: reports.mail.command: the command is blank; allowed: a "
            "program with its arguments, or nothing for smtp");
  EXPECT_EQ(ReportsOf("mail: {command: ''}").mail.command, "");
}

TEST(LoadReports, NumbersHaveLimits) {
  for (const char* text :
       {"keep: {age: 59s}", "keep: {age: 3651d}", "keep: {size: 63KiB}",
        "keep: {size: 2048GiB}", "top: -1", "top: 2147483648",
        "mail: {timeout: 0s}", "mail: {timeout: 11m}", "mail: {repeat: 366d}",
        "webhook: {timeout: 0s}"}) {
    EXPECT_NE(ReportsError(text), "") << text;
  }
}

}  // namespace
}  // namespace ipband
