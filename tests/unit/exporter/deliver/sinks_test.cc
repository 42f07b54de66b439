// SPDX-License-Identifier: Apache-2.0
#include "exporter/deliver/sinks.h"

#include <gtest/gtest.h>

#include "exporter/deliver/mta_sink.h"
#include "exporter/deliver/smtp_sink.h"
#include "tests/unit/exporter/deliver/folder.h"

namespace ipband {
namespace {

std::string NamesOf(const Sinks& sinks) {
  std::string names;
  for (const NamedSink& sink : sinks.all) names += sink.name + " ";
  return names;
}

TEST(MakeSinks, MakesNoneThatNobodyAskedFor) {
  const Sinks sinks = MakeSinks({}, "", "1.2.3", {});
  EXPECT_EQ(NamesOf(sinks), "");
  EXPECT_EQ(sinks.directory, nullptr);
}

TEST(MakeSinks, MakesOneOfEachKind) {
  const Folder folder;
  ReportOptions options;
  options.text = folder / "text";
  options.json = folder / "json";
  options.html = folder / "html";
  options.mail.to = {"root"};
  options.webhook.url = "http://localhost/";
  const Sinks sinks = MakeSinks(options, folder / "reports", "1.2.3", {});
  EXPECT_EQ(NamesOf(sinks), "text json directory html mail webhook ");
  EXPECT_EQ(sinks.directory, sinks.all[2].sink.get());
  EXPECT_FALSE(sinks.all[0].delivery.only_latest);
  EXPECT_TRUE(sinks.all[3].delivery.only_latest);
  for (const NamedSink& sink : sinks.all) {
    if (sink.name == "mail" || sink.name == "webhook") continue;
    EXPECT_EQ(sink.sink->Deliver(*DocumentOf("report\n"), {}).error, "");
  }
  EXPECT_EQ(ContentOf(folder / "text"), "report\n");
  EXPECT_EQ(ContentOf(folder / "json"), DocumentOf("")->json);
  EXPECT_EQ(ContentOf(folder / "html"), "report\n");
  EXPECT_EQ(sinks.directory->files(), 2u);
}

TEST(MakeSinks, MailsThroughTheCommandWhenThereIsOne) {
  ReportOptions options;
  options.mail.to = {"root"};
  EXPECT_NE(dynamic_cast<SmtpSink*>(
                MakeSinks(options, "", "1.2.3", {}).all.at(0).sink.get()),
            nullptr);
  options.mail.command = "/usr/sbin/sendmail -t -oi";
  EXPECT_NE(dynamic_cast<MtaSink*>(
                MakeSinks(options, "", "1.2.3", {}).all.at(0).sink.get()),
            nullptr);
}

TEST(MakeSinks, KeepsEachPageThatIsPrinted) {
  ReportOptions options;
  options.html = "-";
  EXPECT_FALSE(
      MakeSinks(options, "", "1.2.3", {}).all.at(0).delivery.only_latest);
}

}  // namespace
}  // namespace ipband
