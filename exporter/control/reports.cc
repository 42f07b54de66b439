// SPDX-License-Identifier: Apache-2.0
#include "exporter/control/reports.h"

#include <limits>
#include <stop_token>

#include "exporter/control/answers.h"
#include "exporter/control/http_get.h"
#include "exporter/control/print.h"
#include "exporter/error.h"
#include "exporter/text/one_line.h"
#include "exporter/text/text_table.h"
#include "exporter/web/html.h"
#include "exporter/web/query.h"

namespace ipband {
namespace {

std::string PathOf(const ReportsOptions& options) {
  if (!options.id.empty()) {
    return "/reports/" + PercentEncode(options.id) + "?format=text";
  }
  std::string query;
  AddToQuery(query, "limit", std::to_string(options.most));
  AddToQuery(query, "interface", options.interface);
  AddToQuery(query, "subnet", options.subnet);
  return "/api/v1/reports" + query;
}

// Of an answer of /api/v1/reports. Throws Error: it is none.
std::string ListOfReports(const std::string& answer) {
  TextTable table{.columns = {{.head = "REPORT"},
                              {.head = "NAME"},
                              {.head = "BANDWIDTH", .right = true},
                              {.head = "THRESHOLD", .right = true},
                              {.head = "EXCEEDED", .right = true}},
                  .rows = {}};
  for (const ReportAnswer& report : ReadReports(answer)) {
    table.rows.push_back({{report.id},
                          {report.name.empty() ? "-" : report.name},
                          {HumanBitRate(report.bandwidth)},
                          {HumanBitRate(report.threshold)},
                          {HumanDuration(report.exceeded_seconds)}});
  }
  if (table.rows.empty()) return "no report of late\n";
  std::string text;
  const TextSpace any{.width = std::numeric_limits<size_t>::max() / 4};
  for (const std::string& line : DrawTable(table, table.rows.size(), any)) {
    text += line + "\n";
  }
  return text;
}

}  // namespace

int RunReports(const ReportsOptions& options) {
  std::string text;
  try {
    text = HttpGet(UrlOf(options.url, PathOf(options)), std::stop_token());
    if (options.id.empty()) text = ListOfReports(text);
  } catch (const Error& error) {
    throw Error(OneLine(WithoutPassword(options.url)) + ": " +
                OneLine(error.what()));
  }
  Print(text);
  return 0;
}

}  // namespace ipband
