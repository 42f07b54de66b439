// SPDX-License-Identifier: Apache-2.0
#include "exporter/report/subnet_page.h"

#include <array>
#include <cstdio>

#include "exporter/text/one_line.h"
#include "exporter/text/time_text.h"

namespace ipband {
namespace {

// ipband: put the title into the page as it was. Apostrophes stay so, which is
// why this is not web's EscapeHtml: only what would be markup may differ.
std::string Escape(const std::string& text) {
  std::string escaped;
  for (const char c : OneLine(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Head(const std::string& title, int64_t refresh_seconds) {
  return R"(<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">

<html>
<head>
     <title>)" +
         title + R"(</title>
     <meta http-equiv="Refresh" content=")" +
         std::to_string(refresh_seconds) + R"(">
     <meta http-equiv="Pragma" content="no-cache">
     <meta http-equiv="Cache-Control" content="no-cache">
     <link href="styles.css" rel="stylesheet" type="text/css">
</head>

)";
}

// ipband: the date's cell holds the newline that ctime writes.
std::string Top(const std::string& title, int64_t at) {
  return R"(<body>

<table width="100%" border="0" align="center">
<tr><td align="center" nowrap class="subject">)" +
         title + R"(</td></tr>
<tr><td align="center" nowrap class="date">Date: )" +
         LocalTimeText(at) + R"(
</td></tr>
<tr><td><br></td></tr>
<tr>
	<td align="center">
		<table border="0" cellspacing="2" cellpadding="2">
		<tr><td nowrap class="text"><b>IP address</b></td><td>&nbsp;</td><td align="right" nowrap class="text"><b>Bandwidth</b></td></tr>
		<tr><td colspan="3"><hr class="line"></td></tr>
)";
}

std::string RowOf(const StatusPage::Row& row) {
  std::array<char, 352> bandwidth{};  // room for any double
  std::snprintf(bandwidth.data(), bandwidth.size(), "%.2f",
                row.bandwidth / 1024);
  return R"(		<tr><td nowrap class="text">)" + Escape(row.label) +
         R"(</td><td>&nbsp;</td><td align="right" nowrap class="text">)" +
         bandwidth.data() + " kBps</td></tr>\n";
}

}  // namespace

std::string SubnetPage(const StatusPage& page) {
  const std::string title = Escape(page.title);
  std::string html = Head(title, page.refresh_seconds) + Top(title, page.at);
  for (const StatusPage::Row& row : page.rows) html += RowOf(row);
  return html + R"(		</table>
	</td>
</tr>
</table>
</body>
</html>
)";
}

}  // namespace ipband
