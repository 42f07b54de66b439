// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/subnet_page.h"

#include <gtest/gtest.h>

#include "tests/unit/exporter/report/sample_report.h"

namespace ipband {
namespace {

// What ipband 0.8.1 wrote, but for the order of the rows.
constexpr const char* kPage =
    R"(<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">

<html>
<head>
     <title>My bandwidth</title>
     <meta http-equiv="Refresh" content="2">
     <meta http-equiv="Pragma" content="no-cache">
     <meta http-equiv="Cache-Control" content="no-cache">
     <link href="styles.css" rel="stylesheet" type="text/css">
</head>

<body>

<table width="100%" border="0" align="center">
<tr><td align="center" nowrap class="subject">My bandwidth</td></tr>
<tr><td align="center" nowrap class="date">Date: Sat Nov 21 21:15:25 2026
</td></tr>
<tr><td><br></td></tr>
<tr>
	<td align="center">
		<table border="0" cellspacing="2" cellpadding="2">
		<tr><td nowrap class="text"><b>IP address</b></td><td>&nbsp;</td><td align="right" nowrap class="text"><b>Bandwidth</b></td></tr>
		<tr><td colspan="3"><hr class="line"></td></tr>
		<tr><td nowrap class="text">10.1.1.0</td><td>&nbsp;</td><td align="right" nowrap class="text">4.00 kBps</td></tr>
		<tr><td nowrap class="text">10.2.2.0</td><td>&nbsp;</td><td align="right" nowrap class="text">6.73 kBps</td></tr>
		<tr><td nowrap class="text">127.0.0.0</td><td>&nbsp;</td><td align="right" nowrap class="text">2.73 kBps</td></tr>
		</table>
	</td>
</tr>
</table>
</body>
</html>
)";

StatusPage SamplePage() {
  return {.title = "My bandwidth",
          .refresh_seconds = 2,
          .at = 1795295725,
          .rows = {{"10.1.1.0", 4096},
                   {"10.2.2.0", 6.73 * 1024},
                   {"127.0.0.0", 2.73 * 1024}}};
}

TEST(SubnetPage, IsThatOfIpband) {
  const TimeZone zone("UTC");
  EXPECT_EQ(SubnetPage(SamplePage()), kPage);
}

TEST(SubnetPage, IsInLocalTime) {
  const TimeZone zone("Asia/Tokyo");
  EXPECT_NE(SubnetPage(SamplePage()).find("Date: Sun Nov 22 06:15:25 2026\n<"),
            std::string::npos);
}

TEST(SubnetPage, EscapesTitleAndLabels) {
  StatusPage page = SamplePage();
  page.title = "A & B</title><script>\"";
  page.rows = {{"10.1.1.0 <lab>", 0}};
  const std::string html = SubnetPage(page);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  const std::string title = "A &amp; B&lt;/title&gt;&lt;script&gt;&quot;";
  EXPECT_NE(html.find("<title>" + title + "</title>"), std::string::npos);
  EXPECT_NE(html.find("class=\"subject\">" + title + "</td>"),
            std::string::npos);
  EXPECT_NE(html.find(">10.1.1.0 &lt;lab&gt;</td>"), std::string::npos);
}

}  // namespace
}  // namespace ipband
