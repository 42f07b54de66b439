// SPDX-License-Identifier: Apache-2.0
#include "exporter/web/html.h"

#include <gtest/gtest.h>

#include <limits>

namespace ipband {
namespace {

TEST(HumanBitRate, KeepsThreeDigits) {
  EXPECT_EQ(HumanBitRate(0), "0 bit/s");
  EXPECT_EQ(HumanBitRate(999 / 8.0), "999 bit/s");
  EXPECT_EQ(HumanBitRate(999.9 / 8), "1.00 kbit/s");
  EXPECT_EQ(HumanBitRate(1250000 / 8.0), "1.25 Mbit/s");
  EXPECT_EQ(HumanBitRate(99960000 / 8.0), "100 Mbit/s");
  EXPECT_EQ(HumanBitRate(9.999e9 / 8), "10.0 Gbit/s");
  EXPECT_EQ(HumanBitRate(5e16 / 8), "50000 Tbit/s");
}

TEST(HumanBytes, CountsInStepsOf1024) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(512), "512 B");
  EXPECT_EQ(HumanBytes(1010), "0.99 KiB");
  EXPECT_EQ(HumanBytes(1536), "1.50 KiB");
  EXPECT_EQ(HumanBytes(uint64_t{150} << 30), "150 GiB");
}

TEST(HumanCount, GroupsThousands) {
  EXPECT_EQ(HumanCount(0), "0");
  EXPECT_EQ(HumanCount(999), "999");
  EXPECT_EQ(HumanCount(1000), "1,000");
  EXPECT_EQ(HumanCount(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(EscapeHtml, EscapesTheFiveCharactersOnly) {
  EXPECT_EQ(EscapeHtml("a<b>&\"'\xc3\xa9"),
            "a&lt;b&gt;&amp;&quot;&#39;\xc3\xa9");
}

TEST(HumanDuration, NamesTheTwoLargestUnits) {
  EXPECT_EQ(HumanDuration(0), "0 s");
  EXPECT_EQ(HumanDuration(59), "59 s");
  EXPECT_EQ(HumanDuration(60), "1 min");
  EXPECT_EQ(HumanDuration(3905), "1 h 5 min");
  EXPECT_EQ(HumanDuration(3605), "1 h");
  EXPECT_EQ(HumanDuration(183600), "2 d 3 h");
}

TEST(UtcTime, WritesTheDayAndTheTime) {
  EXPECT_EQ(UtcTime(1795292955), "2026-11-21 20:29:15Z");
  EXPECT_EQ(TimeElement(1795292955),
            "<time datetime=\"2026-11-21T20:29:15Z\">2026-11-21 "
            "20:29:15Z</time>");
  EXPECT_EQ(TimeElement(1795292955, true),
            "<time datetime=\"2026-11-21T20:29:15Z\">20:29:15Z</time>");
}

// A file may hold any stamp.
TEST(UtcTime, StaysWithinFourDigitsOfTheYear) {
  EXPECT_EQ(UtcTime(std::numeric_limits<int64_t>::max()),
            "9999-12-31 23:59:59Z");
  EXPECT_EQ(TimeElement(std::numeric_limits<int64_t>::min()),
            "<time datetime=\"1970-01-01T00:00:00Z\">1970-01-01 "
            "00:00:00Z</time>");
}

TEST(HtmlResponse, LetsNoScriptRun) {
  const HttpResponse response = HtmlResponse(404, "<p>");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.body, "<p>");
  EXPECT_EQ(response.headers.at(0).first, "Content-Security-Policy");
  EXPECT_TRUE(response.headers.at(0).second.starts_with("default-src 'none'"));
  EXPECT_EQ(response.headers.at(0).second.find("script-src"),
            std::string::npos);
}

TEST(HtmlResponse, LetsTheScriptOfRefreshingRunAndNoOther) {
  const std::string policy = HtmlResponse(200, "", true).headers.at(0).second;
  EXPECT_NE(policy.find("script-src 'sha256-"), std::string::npos);
  // 32 bytes are 43 letters and one more.
  EXPECT_NE(policy.find("='; connect-src 'self'; "), std::string::npos);
  EXPECT_EQ(policy.find("script-src 'unsafe"), std::string::npos);
}

TEST(HtmlPage, HasAScriptOnlyIfItRefreshes) {
  HtmlPage page;
  EXPECT_EQ(RenderHtmlPage(page).find("<script"), std::string::npos);
  EXPECT_EQ(RenderHtmlPage(page).find("http-equiv"), std::string::npos);
  page.refreshes = true;
  EXPECT_NE(RenderHtmlPage(page).find("<script>"), std::string::npos);
}

}  // namespace
}  // namespace ipband
